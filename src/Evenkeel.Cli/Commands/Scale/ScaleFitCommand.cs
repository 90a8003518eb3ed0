using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale fit</c>: fits a scaler to columns of a table, or of some of its parts.</summary>
internal static class ScaleFitCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        var inputs = new PartOptions();
        var scalers = new ScalerOptions();
        var output = new ScalerOutput();
        Option<string[]> names = CsvOptions.List(
            "--columns", "NAME,...", "Columns to scale (default: those of numbers, but for ids).");
        Option<string[]> except = CsvOptions.List("--except", "NAME,...", "Columns not to scale, of those that are by default.");
        Option<string?> weight = new("--weights")
        {
            Description = "Column with the weight of each row, as if the row occurred that often.",
            HelpName = "NAME",
        };
        Option<string> policy = PolicyOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output.");

        var command = new DocumentedCommand("fit", "Fit a scaler to columns of a table, and write it to a file.")
        {
            inputs.Inputs,
        };
        command.AddGroup("Scaler", [.. scalers.All, names, except, weight]);
        command.AddGroup("CSV", [.. csv.All, policy]);
        command.AddGroup("Output", [.. output.All, inputs.Root, threads, json]);
        command.Examples.Add(
            ("evenkeel scale fit train.csv --out scaler.json", "every column of numbers to mean 0 and standard deviation 1"));
        command.Examples.Add(
            ("evenkeel scale fit train.csv --scaler min-max --columns age --out s.json", "one column to the range from 0 to 1"));
        command.Examples.Add(
            ("evenkeel scale fit part-07.csv --state 07.json", "one part of a table, for 'evenkeel scale merge'"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            scalers.Check(parsed);
            TableParts table = inputs.Find(parsed);
            OutputFile file = output.Create(parsed, table.Paths);
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
            var settings = new FitSettings(
                path => csv.Open(parsed, path), wanted, excluded, parsed.GetValue(weight), cells, () => scalers.Create(parsed));
            var job = new Job(terminal, settings, file, parsed.GetValue(json), cancellationToken);
            int? count = output.Parts(parsed);
            if (output.IsState(parsed))
            {
                job.WriteState(table, count);
            }
            else if (table.Only is { } path)
            {
                PartMerge.CheckComplete([path], count);
                job.FitOne(path);
            }
            else
            {
                job.FitParts(table.Parts, count);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private sealed class Job(Terminal terminal, FitSettings settings, OutputFile file, bool asJson, CancellationToken cancellationToken)
    {
        private bool IsLive => !asJson && !file.IsStandardOutput;

        /// <summary>Fits to one file, and writes the scaler.</summary>
        public void FitOne(string path)
        {
            using TableReader input = settings.Open(path);
            (ColumnSelection columns, DefaultColumns? chosen) = settings.Choose(input);
            using var progress = new FileProgress(terminal, IsLive, input);
            var fit = new ScalerFit(input, columns, settings.Policy, settings.Create);
            fit.Run(progress.Show, cancellationToken);
            fit.CheckRows();
            file.Write(new ScalerFile(fit.Scaler, columns.Names).Write);
            progress.Dispose();
            Report(fit.Problems, chosen, fit.ColumnsWithoutNumbers);
            Write(new ScaleResult("fit", columns.Names, fit.Rows, fit.Problems.Count, input.Position, progress.Elapsed, file.Path));
        }

        /// <summary>Fits to each part, merges, and writes the scaler.</summary>
        public void FitParts(IReadOnlyList<TablePart> parts, int? partCount)
        {
            PartMerge.CheckComplete([.. parts.Select(part => part.Name)], partCount);
            var merge = new PartMerge();
            Run(parts, merge.Add, () => new ScalerFile(merge.Scaler, merge.Columns).Write, () => merge.Columns);
        }

        /// <summary>Fits to each part, and writes the state.</summary>
        public void WriteState(TableParts table, int? partCount)
        {
            if (table.Only == OutputFile.Dash)
            {
                throw new UsageException("--state needs a file: the name of a part decides its position, and standard input (-) has none.");
            }

            if (partCount < table.Parts.Count)
            {
                throw new UsageException($"--parts {partCount} is below the number of files, {table.Parts.Count}.");
            }

            var fits = new List<FittedPart>();
            ScalerState? state = null;
            Run(
                table.Parts,
                fits.Add,
                () => (state = Combined(fits, partCount)).Write,
                () => state!.ColumnNames!);
        }

        private static ScalerState Combined(IReadOnlyList<FittedPart> fits, int? partCount)
        {
            try
            {
                return ScalerState.Combine([.. fits.Select(fit => fit.State(partCount))]);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException(OneLine.Of(e), e);
            }
        }

        private void Run(
            IReadOnlyList<TablePart> parts, Action<FittedPart> add, Func<Action<Stream>> write, Func<IReadOnlyList<string>> columns)
        {
            PartColumns.Check(settings, parts);
            var fit = new PartFit(settings);
            using var progress = new FileProgress(
                terminal, IsLive, () => fit.Position, parts.Sum(part => new FileInfo(part.Path).Length));
            TableProblems problems = default;
            DefaultColumns? chosen = null;
            IReadOnlyList<string>? withoutNumbers = null;
            long rows = 0;
            foreach (TablePart part in parts)
            {
                FittedPart fitted = fit.Run(part, progress.Show, cancellationToken);
                add(fitted);
                problems = problems.And(fitted.Problems);
                rows += fitted.Part.Rows;
                if (fitted.Part.Rows > 0)
                {
                    chosen ??= fitted.Chosen;
                    withoutNumbers = withoutNumbers is null
                        ? fitted.ColumnsWithoutNumbers
                        : [.. withoutNumbers.Intersect(fitted.ColumnsWithoutNumbers)];
                }
            }

            file.Write(write());
            progress.Dispose();
            Report(problems, chosen, withoutNumbers ?? []);
            Write(new ScaleResult("fit", columns(), rows, problems.Count, fit.Position, progress.Elapsed, file.Path, parts.Count));
        }

        private void Report(TableProblems problems, DefaultColumns? chosen, IReadOnlyList<string> empty)
        {
            PolicyOption.Report(terminal, settings.Policy, problems);
            chosen?.Report(terminal);
            if (empty.Count > 0)
            {
                (string columns, string have) = empty.Count == 1 ? ("column", "it has") : ("columns", "they have");
                terminal.Error.WriteLine(OneLine.Of(
                    $"evenkeel: nothing was fitted to the {columns} {ColumnSelection.List(empty)}: "
                    + $"{have} no numbers, or only in rows of weight 0."));
            }
        }

        private void Write(ScaleResult result) =>
            ScaleRendering.WriteResult(file.IsStandardOutput ? terminal.Error : terminal.Output, asJson, result);
    }
}
