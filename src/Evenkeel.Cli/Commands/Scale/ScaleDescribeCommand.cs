using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Tables;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale describe</c>: prints the kind and the statistics of each column of a table.</summary>
internal static class ScaleDescribeCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print the statistics as one line of JSON on standard output, and nothing else.");

        var command = new DocumentedCommand(
            "describe",
            "Print the kind of each column of a table and its statistics: count, mean, deviation, quartiles, extrema and a histogram.")
        {
            csv.Input,
        };
        command.AddGroup("CSV", csv.All);
        command.AddGroup("Output", threads, json);
        command.Examples.Add(("evenkeel scale describe train.csv", "comma-separated, with decimal points"));
        command.Examples.Add(
            ("evenkeel scale describe messwerte.csv --culture de --skip 2", "semicolons and decimal commas, two lines before the header"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            using TableReader input = csv.Open(parsed);
            using var progress = new FileProgress(terminal, !parsed.GetValue(json), input);
            TableProfile profile = TableProfile.Of(input, progress.Show, cancellationToken);
            progress.Dispose();
            if (parsed.GetValue(json))
            {
                SummaryRendering.WriteJson(terminal.Output, input.Name, profile);
            }
            else
            {
                SummaryRendering.WriteText(terminal, input.Name, profile);
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
