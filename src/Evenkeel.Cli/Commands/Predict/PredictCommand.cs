using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Models;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary><c>evenkeel predict</c>: predicts the classes of images or rows with a saved model.</summary>
internal static class PredictCommand
{
    private const string Csv = "csv";
    private const string JsonLines = "jsonl";
    private const int LongestBeginning = 8;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvOptions();
        Argument<string> modelPath = ModelArgument.Create("MODEL", "A model file or a checkpoint.");
        Argument<string> inputPath = SharedOptions.FileArgument(
            "INPUT",
            "An IDX file of images, raw or gzipped; a PNG, JPEG, PGM or PPM file, or a folder of these; a folder of IDX or CIFAR "
            + "files, whose test images are taken; for a model with a scaler, a CSV file.",
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
        command.AddGroup("CSV", csv.All);
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
            ModelFile model = ModelArgument.Load(name);
            SampleForm form = ModelArgument.Naming(name, () => SampleForm.Of(model));
            if (model.Scaler is null && csv.All.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
            {
                throw new UsageException($"{option.Name} applies to models with a scaler, which take CSV files; '{name}' has none.");
            }

            long start = Stopwatch.GetTimestamp();
            using SampleSource source = model.Scaler is { } scaler
                ? new CsvSamples(csv.Open(parsed, input), scaler, name, form)
                : Images(input, form);
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

    private static SampleSource Images(string input, SampleForm form)
    {
        if (Directory.Exists(input))
        {
            return IdxImages.AreIn(input) || CifarImages.AreIn(input)
                ? new DatasetSamples(input, form)
                : new ImageSamples(ImagesIn(input), form);
        }

        if (input == OutputFile.Dash)
        {
            throw new UsageException("standard input (-) can be a CSV file, for a model with a scaler, and nothing else.");
        }

        byte[] beginning = Beginning(input);
        return beginning.Length == 0 ? throw new InvalidDataException($"'{input}' is empty.")
            : ImageDecoder.IsImage(beginning) ? new ImageSamples([input], form)
            : beginning is [0, 0, ..] or [0x1F, 0x8B, ..] ? new IdxSamples(input, form)
            : throw new InvalidDataException(
                $"'{input}' is neither an IDX file nor a PNG, JPEG, PGM or PPM file; CSV files are for models with a scaler.");
    }

    private static string[] ImagesIn(string folder)
    {
        string[] paths =
        [
            .. Directory.GetFiles(folder)
                .Where(path => ImageDecoder.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return paths.Length > 0
            ? paths
            : throw new FileNotFoundException(
                $"'{folder}' has no images: neither {string.Join(", ", ImageDecoder.Extensions)} files, nor IDX files with the names of "
                + "MNIST's, nor binary files of CIFAR.");
    }

    private static byte[] Beginning(string path)
    {
        using FileStream file = ImageDecoder.OpenFile(path);
        byte[] bytes = new byte[LongestBeginning];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
