using System.CommandLine;
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
        Option<string> scalerFile = SharedOptions.RequiredFile("--scaler", "File with the scaler, as written by 'evenkeel scale fit'.");
        Option<string> output = SharedOptions.RequiredFile(
            "--out", "File to write: the input with these columns scaled; of a CSV file compressed if the name ends in .gz.");
        Option<string> policy = PolicyOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output.");

        DocumentedCommand command = inverse
            ? new("inverse", "Undo the scaling of a CSV file, up to rounding and clipping.")
            : new("transform", "Scale columns of a CSV file with a fitted scaler.");
        command.Add(csv.Input);
        command.AddGroup("Scaler", scalerFile);
        command.AddGroup("CSV", [.. csv.All, policy]);
        command.AddGroup("Output", output, threads, json);
        command.Examples.Add(inverse
            ? ("evenkeel scale inverse scaled.csv --scaler scaler.json --out back.csv", "the original values, up to rounding")
            : ("evenkeel scale transform test.csv --scaler scaler.json --out scaled.csv", "columns are found by name, in any order"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string scalerPath = parsed.GetRequiredValue(scalerFile);
            OutputFile file = OutputFile.Create(parsed.GetRequiredValue(output), parsed.GetRequiredValue(csv.Input), scalerPath);
            if (scalerPath == OutputFile.Dash && parsed.GetRequiredValue(csv.Input) == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be the table and the scaler at once.");
            }

            CellPolicy cells = PolicyOption.Of(parsed.GetValue(policy)!);
            ScalerFile scaler = Load(scalerPath);
            using TableReader input = csv.Open(parsed);
            CheckName(file, input is ParquetInput);
            ColumnSelection columns = ColumnSelection.Find(input, Names(scaler, scalerPath, input), scaler: scalerPath);
            using var progress = new FileProgress(terminal, !parsed.GetValue(json) && !file.IsStandardOutput, input);
            var transform = new ScalerTransform(input, columns, cells, scaler.Scaler, inverse);
            Action<Stream> write = stream => transform.Run(stream, progress.Show, cancellationToken);
            if (input is ParquetInput)
            {
                file.Write(write);
            }
            else
            {
                file.WriteText(write);
            }

            progress.Dispose();
            PolicyOption.Report(terminal, cells, transform.Problems);
            ScaleRendering.WriteResult(
                file.IsStandardOutput ? terminal.Error : terminal.Output,
                parsed.GetValue(json),
                new ScaleResult(
                    command.Name, columns.Names, transform.Rows, transform.Problems.Count, input.Position, progress.Elapsed, file.Path));
            return ExitCode.Success;
        }));
        return command;
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

    private static ScalerFile Load(string path)
    {
        try
        {
            if (path != OutputFile.Dash)
            {
                return ScalerFile.Load(path);
            }

            StandardStream.CheckOpen(StandardStream.Input);
            using Stream input = Console.OpenStandardInput();
            return ScalerFile.Read(input);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

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
