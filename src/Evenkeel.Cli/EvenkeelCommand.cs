using System.CommandLine;
using Evenkeel.Cli.Commands;

namespace Evenkeel.Cli;

/// <summary>The <c>evenkeel</c> command: parses the command line, runs what it asks for, turns errors into one line each.</summary>
internal static class EvenkeelCommand
{
    /// <summary>Runs the command and returns its exit code.</summary>
    public static int Run(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        ParseResult parsed = Create(terminal, cancellationToken).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Complain(terminal, parsed.Errors[0].Message, ExitCode.Usage, HelpHint(parsed));
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e) when (IsExpected(e))
        {
            return Complain(terminal, e.Message, ExitCode.Failure);
        }
    }

    private static RootCommand Create(Terminal terminal, CancellationToken cancellationToken) =>
        new("Batch normalization for .NET: train normalized networks, and see on real data what normalization does.")
        {
            StudyCommand.Create(terminal, cancellationToken),
            TrainCommand.Create(terminal, cancellationToken),
        };

    /// <summary>Errors of the user's data and machine, whose message says enough; anything else is a defect and shows its stack.</summary>
    private static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException
        or ArgumentException or ArithmeticException or OutOfMemoryException;

    private static string HelpHint(ParseResult parsed)
    {
        IEnumerable<string> path = Path(parsed.CommandResult).Reverse();
        return $"Try 'evenkeel {string.Concat(path.Skip(1).Select(name => name + " "))}--help'.";
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.SymbolResult? result)
    {
        for (; result is not null; result = result.Parent)
        {
            if (result is System.CommandLine.Parsing.CommandResult command)
            {
                yield return command.Command.Name;
            }
        }
    }

    private static int Complain(Terminal terminal, string message, int exitCode, string hint = "")
    {
        // One line, whatever the message holds.
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        terminal.Error.WriteLine($"evenkeel: {line} {hint}".TrimEnd());
        return exitCode;
    }
}
