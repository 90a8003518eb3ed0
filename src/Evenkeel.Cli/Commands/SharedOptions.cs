using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands;

/// <summary>Options shared by several commands, and factories of options.</summary>
internal static class SharedOptions
{
    /// <summary><c>--threads N</c>.</summary>
    public static Option<int> Threads() => Number(
        "--threads",
        "N",
        "Number of threads (default: one per processor). Results are bitwise identical for any number.",
        Environment.ProcessorCount,
        "a whole number from 1 to 1024",
        value => value is >= 1 and <= 1024);

    /// <summary><c>--seed N</c>, 0 by default.</summary>
    public static Option<ulong> Seed(string description) => Number(
        "--seed", "N", description, 0UL, "a whole number from 0 to 18446744073709551615", _ => true);

    /// <summary>The first of some options that is given on the command line; null if none is.</summary>
    public static Option? FirstGiven(ParseResult parsed, params IEnumerable<Option> options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>Creates an option for a number; <paramref name="expected"/> completes the message "must be".</summary>
    public static Option<T> Number<T>(
        string name, string helpName, string description, T byDefault, string expected, Func<T, bool> isValid)
        where T : struct, INumberBase<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => ParseNumber(result, name, expected, isValid),
        };

    /// <summary>Creates an option for a number that is null if not given.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string helpName, string description, string expected, Func<T, bool> isValid)
        where T : struct, INumberBase<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => ParseNumber(result, name, expected, isValid),
        };

    /// <summary>Parses a number; adds an error to the result if it is invalid.</summary>
    public static T ParseNumber<T>(ArgumentResult result, string name, string expected, Func<T, bool> isValid)
        where T : struct, INumberBase<T>
    {
        // No thousands separators: 0,1 is a mistake for 0.1, not 1.
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        string text = Text(result);
        if (!T.TryParse(text, Style, CultureInfo.InvariantCulture, out T value) || !isValid(value))
        {
            result.AddError($"{name} '{text}' must be {expected}.");
        }

        return value;
    }

    /// <summary>Creates an option with a fixed set of values, the first of them by default.</summary>
    public static Option<string> Choice(string name, string description, params string[] choices)
    {
        Option<string> option = OptionalChoice(name, description, choices)!;
        option.DefaultValueFactory = _ => choices[0];
        return option;
    }

    /// <summary>Creates an option with a fixed set of values that is null if not given.</summary>
    public static Option<string?> OptionalChoice(string name, string description, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', choices) };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !choices.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} '{token.Value}' must be one of: {string.Join(", ", choices)}."
                    + Suggestion.For(token.Value, choices));
            }
        });
        return option;
    }

    /// <summary>Creates an option for a folder.</summary>
    public static Option<string?> Folder(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "DIR" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
            {
                result.AddError($"{name} '{token.Value}' must be a folder.");
            }
        });
        return option;
    }

    /// <summary>Creates an option for a file, or for what the name in the help tells.</summary>
    public static Option<string?> File(string name, string description, string helpName = "FILE")
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => RefuseNoFile(result, name));
        return option;
    }

    /// <summary>Creates a required option for a file, or for what the name in the help tells.</summary>
    public static Option<string> RequiredFile(string name, string description, string helpName = "FILE")
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName, Required = true };
        option.Validators.Add(result => RefuseNoFile(result, name));
        return option;
    }

    /// <summary>Creates an argument for a file; the arguments of a command differ in their names, which are not shown.</summary>
    public static Argument<string> FileArgument(string helpName, string description, string name = "file")
    {
        var argument = new Argument<string>(name) { Description = description, HelpName = helpName };
        argument.Validators.Add(result => RefuseNoFile(result, helpName));
        return argument;
    }

    /// <summary>Creates an argument for one file or several.</summary>
    public static Argument<string[]> FilesArgument(string helpName, string description)
    {
        var argument = new Argument<string[]>("files")
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
        };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => string.IsNullOrWhiteSpace(token.Value)) is { } blank)
            {
                result.AddError($"{helpName} '{blank.Value}' must be a file.");
            }
        });
        return argument;
    }

    /// <summary>The value given on the command line; empty if there is none.</summary>
    public static string Text(ArgumentResult result) => result.Tokens is [var token] ? token.Value : "";

    private static void RefuseNoFile(SymbolResult result, string name)
    {
        if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
        {
            result.AddError($"{name} '{token.Value}' must be a file.");
        }
    }
}
