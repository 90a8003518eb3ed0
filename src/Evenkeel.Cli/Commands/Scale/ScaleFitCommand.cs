using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale fit</c>: fits a scaler to columns of a table.</summary>
internal static class ScaleFitCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        var scalers = new ScalerOptions();
        Option<string[]> names = CsvOptions.List(
            "--columns", "NAME,...", "Columns to scale (default: those of numbers, but for ids).");
        Option<string[]> except = CsvOptions.List("--except", "NAME,...", "Columns not to scale, of those that are by default.");
        Option<string?> weight = new("--weights")
        {
            Description = "Column with the weight of each row, as if the row occurred that often.",
            HelpName = "NAME",
        };
        Option<string> policy = PolicyOption.Create();
        Option<string> output = SharedOptions.RequiredFile("--out", "File for the fitted scaler, in JSON.");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output.");

        var command = new DocumentedCommand("fit", "Fit a scaler to columns of a table, and write it to a file.")
        {
            csv.Input,
        };
        command.AddGroup("Scaler", [.. scalers.All, names, except, weight]);
        command.AddGroup("CSV", [.. csv.All, policy]);
        command.AddGroup("Output", output, threads, json);
        command.Examples.Add(
            ("evenkeel scale fit train.csv --out scaler.json", "every column of numbers to mean 0 and standard deviation 1"));
        command.Examples.Add(
            ("evenkeel scale fit train.csv --scaler min-max --columns age --out s.json", "one column to the range from 0 to 1"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            scalers.Check(parsed);
            OutputFile file = OutputFile.Create(parsed.GetRequiredValue(output), parsed.GetRequiredValue(csv.Input));
            string[] wanted = parsed.GetValue(names)!;
            if (wanted.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new UsageException($"--columns names '{twice.Key}' twice.");
            }

            string[] excluded = parsed.GetValue(except)!;
            if (wanted.Length > 0 && excluded.Length > 0)
            {
                throw new UsageException("--columns names all columns to scale; leave out --except.");
            }

            CellPolicy cells = PolicyOption.Of(parsed.GetValue(policy)!);
            using TableReader input = csv.Open(parsed);
            DefaultColumns? chosen = wanted.Length > 0 ? null : DefaultColumns.Find(input, excluded, parsed.GetValue(weight));
            ColumnSelection columns = ColumnSelection.Find(input, chosen?.Names ?? wanted, parsed.GetValue(weight));
            using var progress = new FileProgress(terminal, !parsed.GetValue(json) && !file.IsStandardOutput, input);
            var fit = new ScalerFit(input, columns, cells, () => scalers.Create(parsed));
            fit.Run(progress.Show, cancellationToken);
            file.Write(new ScalerFile(fit.Scaler, columns.Names).Write);
            progress.Dispose();
            PolicyOption.Report(terminal, cells, fit.Problems);
            chosen?.Report(terminal);
            Report(terminal, fit.ColumnsWithoutNumbers);
            ScaleRendering.WriteResult(
                file.IsStandardOutput ? terminal.Error : terminal.Output,
                parsed.GetValue(json),
                new ScaleResult(command.Name, columns.Names, fit.Rows, fit.Problems.Count, input.Position, progress.Elapsed, file.Path));
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Report(Terminal terminal, IReadOnlyList<string> empty)
    {
        if (empty.Count > 0)
        {
            (string columns, string have) = empty.Count == 1 ? ("column", "it has") : ("columns", "they have");
            terminal.Error.WriteLine(OneLine.Of(
                $"evenkeel: nothing was fitted to the {columns} {ColumnSelection.List(empty)}: "
                + $"{have} no numbers, or only in rows of weight 0."));
        }
    }
}
