using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Models;
using Evenkeel.Numerics;
using Evenkeel.Tables;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary><c>evenkeel predict</c>: predicts images or the rows of a table with a saved model.</summary>
internal static class PredictCommand
{
    private const string Csv = "csv";
    private const string JsonLines = "jsonl";

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        var pixels = new PixelOptions();
        var onnx = new OnnxOptions();
        Argument<string> modelPath = ModelArgument.Create("MODEL", "A model file, a checkpoint or an ONNX file.");
        Argument<string> inputPath = SharedOptions.FileArgument(
            "INPUT",
            $"Samples: {SampleSources.Inputs}, whose test images are taken; for a model of a table, or with a scaler, a table.",
            name: "INPUT");
        Option<string?> output = SharedOptions.File("--out", "File to write (default: standard output).");
        Option<string> format = SharedOptions.Choice(
            "--format", "Format of the output: csv (default), or jsonl, a line of JSON per input.", Csv, JsonLines);
        Option<bool> json = SharedOptions.Json("As --format jsonl.");
        Option<string[]> keep = CsvOptions.List(
            "--keep", "NAME,...", "Columns of the table to copy into the output, instead of the number of the row.");
        Option<bool> probabilities = new("--probabilities") { Description = "Write the probability of every class." };
        Option<int> threads = SharedOptions.Threads();
        var command = new DocumentedCommand(
            "predict", "Predict images or the rows of a table with a saved model: the class and its probability, or a number.")
        {
            modelPath,
            inputPath,
        };
        command.AddGroup("Output", output, format, json, threads);
        command.AddGroup("Models of tables", keep, probabilities);
        command.AddGroup("Images", pixels.All);
        command.AddGroup("CSV", csv.All);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(
            ("evenkeel predict digits.evenkeel t10k-images-idx3-ubyte.gz", "all images of an IDX file, on standard output"));
        command.Examples.Add(("evenkeel predict digits.evenkeel seven.png", "one image"));
        command.Examples.Add(("evenkeel predict digits.evenkeel data/mnist --out classes.csv", "the test images, and the accuracy"));
        command.Examples.Add((
            "evenkeel predict adult.evenkeel new.csv --out predictions.csv --keep id", "the rows of a table, with the ids of its rows"));
        command.Examples.Add(("evenkeel predict wine.evenkeel wine.csv --json --out classes.jsonl", "a table, for a program"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string name = parsed.GetRequiredValue(modelPath), input = parsed.GetRequiredValue(inputPath);
            if (parsed.GetValue(json) && parsed.GetResult(format) is { Implicit: false } && parsed.GetValue(format) != JsonLines)
            {
                throw new UsageException("--json is --format jsonl; leave out one of them.");
            }

            if (name == OutputFile.Dash && input == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be the model and the input at once.");
            }

            OutputFile file = OutputFile.Create(parsed.GetValue(output) ?? OutputFile.Dash, name, input);
            if (file.HasExtension(".parquet"))
            {
                throw new UsageException(
                    $"--out '{file.Path}': predictions are written as CSV or JSON; choose a name that ends in .csv, .jsonl or .gz.");
            }

            ModelFile model = ModelArgument.Load(name, onnx.Read(parsed, name));
            bool asJson = parsed.GetValue(json) || parsed.GetValue(format) == JsonLines;
            if (model.Table is not null)
            {
                if (SharedOptions.FirstGiven(parsed, pixels.All) is { } ofImages)
                {
                    throw new UsageException($"{ofImages.Name} applies to images; '{name}' is a model of a table.");
                }

                return PredictTable(
                    terminal,
                    ModelArgument.Naming(name, () => TableModel.Of(model)),
                    csv.Table(parsed, input),
                    file,
                    (model, reader) =>
                    {
                        var prediction = new TablePrediction(
                            model, reader, parsed.GetValue(keep)!, parsed.GetValue(probabilities), asJson);
                        prediction.CheckOptions(name);
                        return prediction;
                    },
                    cancellationToken);
            }

            if (SharedOptions.FirstGiven(parsed, keep, probabilities) is { } ofTables)
            {
                throw new UsageException($"{ofTables.Name} applies to models of tables; '{name}' is none.");
            }

            SampleForm form = pixels.Apply(parsed, ModelArgument.Naming(name, () => SampleForm.Of(model).CheckClasses(model.Network)));
            long start = Stopwatch.GetTimestamp();
            using SampleSource source = SampleSources.Open(parsed, csv, input, model, name, form, training: false);
            var prediction = new Prediction(model.Network, form);
            if (parsed.GetValue(output) is null)
            {
                prediction.Run(source, new PredictionWriter(terminal.Output, asJson), cancellationToken);
            }
            else
            {
                file.WriteText(stream =>
                {
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                    prediction.Run(source, new PredictionWriter(writer, asJson), cancellationToken);
                });
            }

            Report(terminal, prediction, source.Labels is not null);
            ReportFile(terminal, file, ScaleRendering.Counted(prediction.Samples, "input"), start);
            return ExitCode.Success;
        }));
        return command;
    }

    private static int PredictTable(
        Terminal terminal,
        TableModel model,
        TableFile table,
        OutputFile file,
        Func<TableModel, TableReader, TablePrediction> create,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using TableReader reader = table.Open();
        TablePrediction prediction = create(model, reader);
        try
        {
            if (file.IsStandardOutput)
            {
                prediction.Run(terminal.Output, cancellationToken);
            }
            else
            {
                file.WriteText(stream =>
                {
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                    prediction.Run(writer, cancellationToken);
                });
            }
        }
        catch (TableCellException e)
        {
            throw new InvalidDataException($"{e.Message.TrimEnd('.')}; --missing reads such texts as missing.", e);
        }

        foreach (string warning in prediction.Warnings)
        {
            terminal.Error.WriteLine("evenkeel: " + OneLine.Of(warning));
        }

        if (prediction.Evaluation is { } measured)
        {
            terminal.Error.WriteLine("evenkeel: " + (measured.Task == TableTask.Classification
                ? Invariant($"accuracy {measured.Score:F4}: {measured.Classification.Confusion.Correct:N0} of {measured.Rows:N0}.")
                : Invariant($"R² {measured.Score:F4}, RMSE {measured.Regression.RootMeanSquaredError:G5}, {measured.Rows:N0} rows.")));
        }

        ReportFile(terminal, file, ScaleRendering.Counted(prediction.Rows, "row"), start);
        return ExitCode.Success;
    }

    private static void ReportFile(Terminal terminal, OutputFile file, string count, long start)
    {
        if (!file.IsStandardOutput)
        {
            terminal.Output.WriteLine(
                $"predict: {count} " + Invariant($"in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s. Written:"));
            terminal.Output.WriteLine("  " + OneLine.Of(file.Path));
        }
    }

    private static void Report(Terminal terminal, Prediction prediction, bool hasLabels)
    {
        if (hasLabels)
        {
            double accuracy = (double)prediction.Correct / prediction.Samples;
            terminal.Error.WriteLine(
                Invariant($"evenkeel: accuracy {accuracy:F4}: {prediction.Correct:N0} of {prediction.Samples:N0}."));
        }

        if (prediction.NotFinite > 0)
        {
            terminal.Error.WriteLine(Invariant(
                $"evenkeel: {prediction.NotFinite:N0} of {prediction.Samples:N0} predictions are not finite; see 'model inspect'."));
        }
    }
}
