using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale</c>: scales the columns of CSV files.</summary>
internal static class ScaleCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var command = new DocumentedCommand(
            "scale", "Scale the columns of CSV files of any size: fit a scaler to one file, and apply it to others.")
        {
            ScaleFitCommand.Create(terminal, cancellationToken),
            ScaleMergeCommand.Create(terminal, cancellationToken),
            ScaleTransformCommand.Create(terminal, inverse: false, cancellationToken),
            ScaleTransformCommand.Create(terminal, inverse: true, cancellationToken),
            ScaleDescribeCommand.Create(terminal, cancellationToken),
        };
        command.Examples.Add(("evenkeel scale describe train.csv", "look at the columns first"));
        command.Examples.Add(
            ("evenkeel scale fit train.csv --columns age,income --out scaler.json", "means and standard deviations of two columns"));
        command.Examples.Add(
            ("evenkeel scale transform test.csv --scaler scaler.json --out scaled.csv", "scales these two, and copies all others"));
        return command;
    }

    /// <summary>Runs the work; reports an interruption in one line.</summary>
    public static int Interruptible(Terminal terminal, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("evenkeel: interrupted; nothing was written.");
            return ExitCode.Failure;
        }
    }
}
