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
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary><c>evenkeel predict</c>: predicts the classes of images or rows with a saved model.</summary>
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
            $"Samples: {SampleSources.Inputs}, whose test images are taken; for a model with a scaler, a CSV file.",
            name: "INPUT");
        Option<string?> output = SharedOptions.File("--out", "File to write (default: standard output).");
        Option<string> format = SharedOptions.Choice(
            "--format", "Format of the output: csv (default), or jsonl, a line of JSON per input.", Csv, JsonLines);
        Option<bool> json = SharedOptions.Json("As --format jsonl.");
        Option<int> threads = SharedOptions.Threads();
        var command = new DocumentedCommand(
            "predict", "Predict the classes of images or of the rows of a table with a saved model, and the probability of each.")
        {
            modelPath,
            inputPath,
        };
        command.AddGroup("Output", output, format, json, threads);
        command.AddGroup("Images", pixels.All);
        command.AddGroup("CSV", csv.All);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(
            ("evenkeel predict digits.evenkeel t10k-images-idx3-ubyte.gz", "all images of an IDX file, on standard output"));
        command.Examples.Add(("evenkeel predict digits.evenkeel seven.png", "one image"));
        command.Examples.Add(("evenkeel predict digits.evenkeel data/mnist --out classes.csv", "the test images, and the accuracy"));
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
            ModelFile model = ModelArgument.Load(name, onnx.Read(parsed, name));
            SampleForm form = pixels.Apply(parsed, ModelArgument.Naming(name, () => SampleForm.Of(model).CheckClasses(model.Network)));
            long start = Stopwatch.GetTimestamp();
            using SampleSource source = SampleSources.Open(parsed, csv, input, model, name, form, training: false);
            var prediction = new Prediction(model.Network, form);
            bool asJson = parsed.GetValue(json) || parsed.GetValue(format) == JsonLines;
            if (parsed.GetValue(output) is null)
            {
                prediction.Run(source, new PredictionWriter(terminal.Output, asJson), cancellationToken);
            }
            else
            {
                file.Write(stream =>
                {
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                    prediction.Run(source, new PredictionWriter(writer, asJson), cancellationToken);
                });
            }

            Report(terminal, prediction, source.Labels is not null);
            if (!file.IsStandardOutput)
            {
                terminal.Output.WriteLine(
                    $"predict: {ScaleRendering.Counted(prediction.Samples, "input")} "
                    + Invariant($"in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s. Written:"));
                terminal.Output.WriteLine("  " + OneLine.Of(file.Path));
            }

            return ExitCode.Success;
        }));
        return command;
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
