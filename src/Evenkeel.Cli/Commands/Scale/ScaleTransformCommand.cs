using System.CommandLine;
using System.Diagnostics;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Parquet;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale transform</c> and <c>evenkeel scale inverse</c>: scale columns of a CSV file, or scale them back.</summary>
internal static class ScaleTransformCommand
{
    public static Command Create(Terminal terminal, bool inverse, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        var inputs = new PartOptions();
        Option<string> scalerFile = SharedOptions.RequiredFile("--scaler", "File with the scaler, as written by 'evenkeel scale fit'.");
        Option<string> output = SharedOptions.RequiredFile(
            "--out",
            "File to write: the input with these columns scaled; of a CSV file compressed if the name ends in .gz. "
            + "For several inputs, or with a slash at its end, a folder for files of the same names.");
        Option<string> policy = PolicyOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output.");

        DocumentedCommand command = inverse
            ? new("inverse", "Undo the scaling of a CSV file, up to rounding and clipping.")
            : new("transform", "Scale columns of a CSV file with a fitted scaler.");
        command.Add(inputs.Inputs);
        command.AddGroup("Scaler", scalerFile);
        command.AddGroup("CSV", [.. csv.All, policy]);
        command.AddGroup("Output", output, inputs.Root, threads, json);
        command.Examples.Add(inverse
            ? ("evenkeel scale inverse scaled.csv --scaler scaler.json --out back.csv", "the original values, up to rounding")
            : ("evenkeel scale transform test.csv --scaler scaler.json --out scaled.csv", "columns are found by name, in any order"));
        if (!inverse)
        {
            command.Examples.Add(
                ("evenkeel scale transform 'part-*.csv' --scaler scaler.json --out scaled/", "each part, to a file of its name"));
        }

        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string scalerPath = parsed.GetRequiredValue(scalerFile);
            string target = parsed.GetRequiredValue(output);
            TableParts table = inputs.Find(parsed);
            string? folder = table.Only is null || (table.Only != OutputFile.Dash && Path.EndsInDirectorySeparator(target)) ? target : null;
            IReadOnlyList<OutputFile> files = folder is null
                ? [OutputFile.Create(target, table.Only!, scalerPath)]
                : OutputFolder.Create(folder, table, scalerPath);
            if (scalerPath == OutputFile.Dash && table.Only == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be the table and the scaler at once.");
            }

            CellPolicy cells = PolicyOption.Of(parsed.GetValue(policy)!);
            ScalerFile scaler = Load(scalerPath);
            if (folder is not null)
            {
                CheckParts(table.Parts, path => csv.Open(parsed, path), scaler, scalerPath, files);
            }

            bool isLive = !parsed.GetValue(json) && !files[0].IsStandardOutput;
            long start = Stopwatch.GetTimestamp(), rows = 0, bytes = 0;
            TableProblems problems = default;
            IReadOnlyList<string> names = [];
            int written = 0;
            try
            {
                foreach (TablePart part in table.Parts)
                {
                    OutputFile file = files[written];
                    using TableReader input = csv.Open(parsed, part.Path);
                    CheckName(file, input is ParquetInput);
                    ColumnSelection columns = ColumnSelection.Find(input, Names(scaler, scalerPath, input), scaler: scalerPath);
                    using var progress = new FileProgress(terminal, isLive, input);
                    var transform = new ScalerTransform(input, columns, cells, scaler.Scaler, inverse);
                    Write(file, input, stream => transform.Run(stream, progress.Show, cancellationToken));
                    (rows, bytes, names) = (rows + transform.Rows, bytes + input.Position, columns.Names);
                    problems = problems.And(transform.Problems);
                    written++;
                }
            }
            catch (OperationCanceledException) when (written > 0)
            {
                terminal.Error.WriteLine(Invariant(
                    $"evenkeel: interrupted; {written} of {table.Parts.Count} parts were written, each of them whole."));
                return ExitCode.Failure;
            }

            PolicyOption.Report(terminal, cells, problems);
            ScaleRendering.WriteResult(
                files[0].IsStandardOutput ? terminal.Error : terminal.Output,
                parsed.GetValue(json),
                new ScaleResult(
                    command.Name,
                    names,
                    rows,
                    problems.Count,
                    bytes,
                    Stopwatch.GetElapsedTime(start),
                    folder ?? files[0].Path,
                    folder is null ? null : written));
            return ExitCode.Success;
        }));
        return command;
    }

    /// <summary>Throws if a part cannot be read or lacks a column, before hours of work depend on it.</summary>
    private static void CheckParts(
        IReadOnlyList<TablePart> parts,
        Func<string, TableReader> open,
        ScalerFile scaler,
        string scalerPath,
        IReadOnlyList<OutputFile> files)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            using TableReader input = open(parts[i].Path);
            CheckName(files[i], input is ParquetInput);
            _ = ColumnSelection.Find(input, Names(scaler, scalerPath, input), scaler: scalerPath);
        }
    }

    private static void Write(OutputFile file, TableReader input, Action<Stream> write)
    {
        if (input is ParquetInput)
        {
            file.Write(write);
        }
        else
        {
            file.WriteText(write);
        }
    }

    /// <summary>Checks the name of the output, whose format is that of the input.</summary>
    private static void CheckName(OutputFile file, bool isParquet)
    {
        if (isParquet && (file.HasExtension(".csv") || file.HasExtension(".gz")))
        {
            throw new UsageException(
                $"--out '{file.Path}': a Parquet file is written as a Parquet file; choose a name that ends in .parquet.");
        }

        if (!isParquet && file.HasExtension(".parquet"))
        {
            throw new UsageException($"--out '{file.Path}': a CSV file is written as CSV; choose a name that ends in .csv or .csv.gz.");
        }
    }

    private static ScalerFile Load(string path) => InputFile.Read(path, ScalerFile.Load, ScalerFile.Read);

    /// <summary>The names of the scaler's columns, or those of the file if the scaler has no names and as many columns.</summary>
    private static IReadOnlyList<string> Names(ScalerFile scaler, string path, TableReader input)
    {
        if (scaler.ColumnNames is { } names)
        {
            return names;
        }

        return scaler.Scaler.Columns == input.Columns.Count
            ? input.Columns
            : throw new InvalidDataException(Invariant(
                $"'{path}' scales {scaler.Scaler.Columns} columns without names, but '{input.Name}' has {input.Columns.Count}."));
    }
}
