using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Evenkeel.Cli.Commands;

/// <summary>Options that several commands take, and ways to make options.</summary>
internal static class SharedOptions
{
    /// <summary><c>--threads N</c>.</summary>
    public static Option<int> Threads() => Number(
        "--threads", "Threads to use. Results are the same, bit for bit, for any number. [default: one per processor]", "N",
        Environment.ProcessorCount, value => value is >= 1 and <= 1024 ? null : "must be from 1 to 1024", showDefault: false);

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>An option for a number within limits.</summary>
    public static Option<T> Number<T>(
        string name, string description, string helpName, T byDefault, Func<T, string?> problem, bool showDefault = true)
        where T : struct, IParsable<T>
    {
        string shown = showDefault ? string.Create(CultureInfo.InvariantCulture, $" [default: {byDefault}]") : "";
        return new Option<T>(name)
        {
            Description = description + shown,
            HelpName = helpName,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => Parse(result, name, helpName, problem),
        };
    }

    /// <summary>An option for one of a few words.</summary>
    public static Option<string> Choice(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description} [default: {choices[0]}]",
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => choices[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !choices.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} {token.Value}: must be one of {string.Join(", ", choices)}.");
            }
        });
        return option;
    }

    /// <summary>Reads a number within limits; anything else becomes an error of the command line.</summary>
    public static T Parse<T>(ArgumentResult result, string name, string helpName, Func<T, string?> problem)
        where T : struct, IParsable<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out T value))
        {
            result.AddError($"{name} {text}: {helpName} must be a number.");
        }
        else if (problem(value) is { } wrong)
        {
            result.AddError($"{name} {text}: {wrong}.");
        }

        return value;
    }
}
