using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Commands.Explain;
using Evenkeel.Cli.Commands.Model;
using Evenkeel.Cli.Commands.Predict;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Commands.Train;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Tables.Texts;

namespace Evenkeel.Cli;

/// <summary>The <c>evenkeel</c> command: parses the command line, runs the command and turns an error into one line.</summary>
internal static class EvenkeelCommand
{
    /// <summary>Runs the command and returns its exit code.</summary>
    public static int Run(string[] arguments, Terminal terminal, CancellationToken cancellationToken) =>
        Run(arguments, terminal, StudyCatalog.All, cancellationToken);

    /// <summary>Runs the command with these studies and returns its exit code.</summary>
    internal static int Run(
        string[] arguments, Terminal terminal, IReadOnlyList<Study> studies, CancellationToken cancellationToken)
    {
        ParseResult? parsed = null;
        try
        {
            DocumentedCommand root = Create(terminal, studies, cancellationToken);
            if (arguments.Length == 0)
            {
                new HelpPage(terminal.Error, terminal.HelpWidth).Write(root);
                return ExitCode.Usage;
            }

            // No response files: an argument such as @name is taken literally.
            parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (Array.Find(arguments, argument => argument.Contains('\ufffd')) is { } undecoded)
            {
                // Different names would become the same.
                throw new UsageException($"the argument '{Visible.Of(undecoded)}' is not UTF-8; rename the file.");
            }

            if (Problem(parsed) is { } problem)
            {
                throw new UsageException(problem);
            }

            if (!Hardware.HasFusedMultiplyAdd && parsed.Action is not (HelpAction or VersionAction))
            {
                Say(terminal, EvenkeelEventSource.EmulationMessage);
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException e)
        {
            string command = string.Join(' ', HelpPage.Path(parsed!.CommandResult.Command));
            return Complain(terminal, $"{e.Message} Try '{command} --help'.", ExitCode.Usage);
        }
        catch (IOException e) when (StandardOutput.IsBrokenPipe(e))
        {
            // The reader of the output has gone; there is nobody to report to.
            return ExitCode.Failure;
        }
        catch (Exception e) when (ExpectedErrors.Contain(e))
        {
            return Complain(terminal, ExpectedErrors.MessageOf(e), ExitCode.Failure);
        }
        catch (Exception e)
        {
            terminal.Error.WriteLine($"evenkeel: this is a bug, please report it: {e}");
            return ExitCode.Failure;
        }
    }

    private static DocumentedCommand Create(Terminal terminal, IReadOnlyList<Study> studies, CancellationToken cancellationToken)
    {
        var root = new DocumentedCommand(
            "evenkeel",
            "Batch normalization for .NET: train normalized networks, see on real data what normalization does, and scale features.")
        {
            ExplainCommand.Create(terminal),
            LabCommand.Create(terminal, cancellationToken),
            StudyCommand.Create(terminal, studies, cancellationToken),
            TrainCommand.Create(terminal, cancellationToken),
            PredictCommand.Create(terminal, cancellationToken),
            ModelCommand.Create(terminal, cancellationToken),
            ScaleCommand.Create(terminal, cancellationToken),
        };
        root.AddGroup(
            "Options",
            new HelpOption
            {
                Action = new HelpAction(terminal),
                Description = "Show this help; after a command, the help of that command.",
            },
            new VersionOption { Action = new VersionAction(terminal), Description = "Show the version and the instruction set in use." });
        root.Examples.Add(("evenkeel study init-scale", "see at which initial weights a deep network learns, in half a minute"));
        root.Examples.Add(("evenkeel scale describe train.csv", "statistics of each column of a CSV file, before it is scaled"));
        root.Examples.Add(("evenkeel train --help", "all settings of a network and its training"));
        return root;
    }

    /// <summary>The error in the command line, as one sentence; null if there is none.</summary>
    private static string? Problem(ParseResult parsed)
    {
        // System.CommandLine would ignore directives, words in brackets before the command.
        string? unknown = parsed.Tokens is [{ Type: TokenType.Directive } bracketed, ..] ? bracketed.Value
            : OptionTakenForArgument(parsed) ?? (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null);
        if (unknown is null)
        {
            return parsed.Errors is [var first, ..] ? first.Message : null;
        }

        Command command = parsed.CommandResult.Command;
        string where = string.Join(' ', HelpPage.Path(command));
        return unknown.StartsWith('-')
            ? $"'{where}' has no option '{unknown}'." + Suggestion.For(unknown, command.Options.Select(option => option.Name))
            : command.Subcommands.Count > 0 ? $"there is no command '{unknown}'; the commands are {Names(command.Subcommands)}."
                + Suggestion.For(unknown, command.Subcommands.Select(subcommand => subcommand.Name))
            : $"'{where}' takes no argument '{unknown}'.";
    }

    /// <summary>An option that the command does not have, where the parser takes it for an optional or repeated argument.</summary>
    private static string? OptionTakenForArgument(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(argument => argument.Argument.Arity is { MinimumNumberOfValues: 0 } or { MaximumNumberOfValues: > 1 })
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-');

    private static string Names(IEnumerable<Command> commands) => commands.Select(c => c.Name).ToArray() is [.. var first, var last]
        ? $"{string.Join(", ", first)} and {last}"
        : "";

    /// <summary>True for an error whose message is enough; any other exception is a bug and reported with its stack trace.</summary>
    private static int Complain(Terminal terminal, string message, int exitCode)
    {
        Say(terminal, message);
        return exitCode;
    }

    private static void Say(Terminal terminal, string message)
    {
        try
        {
            terminal.Error.WriteLine("evenkeel: " + OneLine.Of(message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error is full or closed; the exit code still reports a failure.
        }
    }

    private sealed class HelpAction(Terminal terminal) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            new HelpPage(terminal.Output, terminal.HelpWidth).Write((DocumentedCommand)parseResult.CommandResult.Command);
            return ExitCode.Success;
        }
    }

    private sealed class VersionAction(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            terminal.Output.WriteLine(
                typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
            terminal.Output.WriteLine($"instruction set: {Hardware.Description}");
            return ExitCode.Success;
        }
    }
}
