using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli;

/// <summary>The <c>evenkeel</c> command: parses the command line, runs what it asks for, turns errors into one line each.</summary>
internal static class EvenkeelCommand
{
    /// <summary>Runs the command and returns its exit code.</summary>
    public static int Run(string[] arguments, Terminal terminal, CancellationToken cancellationToken) =>
        Run(arguments, terminal, StudyCatalog.All, cancellationToken);

    /// <summary>The same with the studies that it offers.</summary>
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

            // Response files are switched off: an argument such as @name stands for itself.
            parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (Problem(parsed) is { } problem)
            {
                throw new UsageException(problem);
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
            return Complain(terminal, $"{e.Message} Try '{string.Join(' ', HelpPage.Path(parsed!.CommandResult.Command))} --help'.", ExitCode.Usage);
        }
        catch (IOException e) when (StandardOutput.IsBrokenPipe(e))
        {
            // Whoever read the output has seen enough; there is nobody to tell.
            return ExitCode.Failure;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return Complain(terminal, e is OutOfMemoryException ? "there is not enough memory." : e.Message, ExitCode.Failure);
        }
        catch (Exception e)
        {
            terminal.Error.WriteLine($"evenkeel: this is a defect, please report it: {e}");
            return ExitCode.Failure;
        }
    }

    private static DocumentedCommand Create(Terminal terminal, IReadOnlyList<Study> studies, CancellationToken cancellationToken)
    {
        var root = new DocumentedCommand(
            "evenkeel",
            "Batch normalization for .NET: train normalized networks, see on real data what normalization does, and scale features.")
        {
            StudyCommand.Create(terminal, studies, cancellationToken),
            TrainCommand.Create(terminal, cancellationToken),
            ScaleCommand.Create(terminal, cancellationToken),
        };
        root.AddGroup(
            "Options",
            new HelpOption { Action = new HelpAction(terminal), Description = "Show this help; behind a command, the help of the command." },
            new VersionOption { Action = new VersionAction(terminal), Description = "Show the version." });
        root.Examples.Add(("evenkeel study init-scale", "see at which initial weights a deep network learns, in half a minute"));
        root.Examples.Add(("evenkeel scale describe train.csv", "statistics of each column of a CSV file, as a first step to scaling them"));
        root.Examples.Add(("evenkeel train --help", "all settings of a network and its training"));
        return root;
    }

    /// <summary>What is wrong with the command line, in one sentence; null if nothing is.</summary>
    private static string? Problem(ParseResult parsed)
    {
        // Words in brackets before the command would be passed over.
        string? unknown = parsed.Tokens is [{ Type: TokenType.Directive } bracketed, ..] ? bracketed.Value
            : parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched
            : null;
        if (unknown is null)
        {
            return parsed.Errors is [var first, ..] ? first.Message : null;
        }

        Command command = parsed.CommandResult.Command;
        string where = string.Join(' ', HelpPage.Path(command));
        return unknown.StartsWith('-') ? $"'{where}' has no option '{unknown}'."
            : command.Subcommands.Count > 0 ? $"there is no command '{unknown}'; the commands are {Names(command.Subcommands)}."
            : $"'{where}' does not take '{unknown}'.";
    }

    private static string Names(IEnumerable<Command> commands) => commands.Select(c => c.Name).ToArray() is [.. var first, var last]
        ? $"{string.Join(", ", first)} and {last}"
        : "";

    /// <summary>Errors of the user's data and machine, whose message says enough; anything else is a defect and shows its stack.</summary>
    private static bool IsExpected(Exception e) =>
        e is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException;

    private static int Complain(Terminal terminal, string message, int exitCode)
    {
        try
        {
            terminal.Error.WriteLine("evenkeel: " + OneLine.Of(message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error is full or closed. The exit code still tells.
        }

        return exitCode;
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
            return ExitCode.Success;
        }
    }
}
