using System.CommandLine;
using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model recalibrate</c>: sets the running statistics of a model to those of new data, without labels.</summary>
internal static class ModelRecalibrateCommand
{
    private const string Pooled = "pooled";
    private const string AverageOfBatches = "average-of-batches";
    private const int DefaultSamples = 2000;
    private const int DefaultBatch = 100;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Argument<string> path = ModelArgument.Create("IN", "A model file, a checkpoint or an ONNX file.");
        Option<string> data = SharedOptions.RequiredFile(
            "--data",
            $"Samples to take statistics from, without labels: {SampleSources.Inputs}, whose training images are taken; for a model with a "
            + "scaler, a CSV file.",
            helpName: "PATH");
        Option<string> output = ModelDocument.Output();
        Option<int?> opset = OnnxOptions.Opset();
        Option<int> samples = SharedOptions.Number(
            "--samples",
            "N",
            Invariant($"Number of samples, drawn at random from the data (default {DefaultSamples})."),
            DefaultSamples,
            "a whole number of at least 2",
            value => value >= 2);
        Option<int> batch = SharedOptions.Number(
            "--batch-size",
            "N",
            Invariant($"Samples that are passed at a time (default {DefaultBatch})."),
            DefaultBatch,
            "a whole number of at least 1",
            value => value >= 1);
        Option<string> estimate = SharedOptions.Choice(
            "--estimate",
            "What becomes the running statistics: the moments of all samples (pooled, default), or the averages of the batches' moments.",
            Pooled,
            AverageOfBatches);
        Option<ulong> seed = SharedOptions.Seed("Seed of the draw of samples (default 0).");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print the drift as one line of JSON on standard output.");
        var source = new SourceOptions();
        var pixels = new PixelOptions();
        var csv = new CsvOptions();
        var onnx = new OnnxOptions();
        var command = new DocumentedCommand(
            "recalibrate",
            "Set the running statistics of a model's normalizations to those of new data, without labels, and print how far they moved.")
        {
            path,
        };
        command.Sections.Add(("Columns",
        [
            ("shift", "how far a running mean moved, in standard deviations from before: the median over the channels, and the largest"),
            ("ratio", "a running variance over that from before: the smallest, the median over the channels, and the largest"),
            ("γ near 0", Invariant($"dead channels, whose |γ| is below {NormalizationState.Small}")),
            ("tiny, huge", Invariant($"running variances now below {RunningState.TinyBelow}, and above {RunningState.HugeAbove}")),
        ]));
        command.AddGroup("Data", data, samples, batch, estimate, seed, threads);
        command.AddGroup("Folded normalizations", source.All);
        command.AddGroup("Output", output, opset, json);
        command.AddGroup("Images", pixels.All);
        command.AddGroup("CSV", csv.All);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(("evenkeel model recalibrate net.onnx --data new-images --out adapted.onnx", "for other images"));
        command.Examples.Add((
            "evenkeel model recalibrate folded.onnx --source old-images --data new-images --out adapted.onnx",
            "where the normalizations were folded"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string name = parsed.GetRequiredValue(path), input = parsed.GetRequiredValue(data);
            OutputFile target = ModelDocument.CreateOutput(parsed.GetRequiredValue(output), name, input, source.Path(parsed));
            bool asJson = parsed.GetValue(json);
            TextWriter results = target.IsStandardOutput || asJson ? terminal.Error : terminal.Output;
            OnnxOptions.CheckApply(parsed, target, opset);
            source.Check(parsed);
            var document = ModelDocument.Load(name, onnx.Read(parsed, name), results);
            SampleForm form = pixels.Apply(parsed, ModelArgument.Naming(name, () => SampleForm.Of(document.Model)));
            document.CheckWritable(target);
            long start = Stopwatch.GetTimestamp();
            Layer network = source.Unfold(parsed, document, Draw, results, cancellationToken);
            if (source.Path(parsed) is { } same && Path.GetFullPath(same) == Path.GetFullPath(input))
            {
                results.WriteLine("Note: --source and --data are the same, so that recalibration changes nothing.");
            }

            Tensor<float>[] batches = Draw(input);
            IReadOnlyList<StatisticsDrift> drifts = Recalibrate(
                network,
                batches,
                parsed.GetValue(estimate) == Pooled ? RecalibrationEstimate.Pooled : RecalibrationEstimate.AverageOfBatches,
                input,
                cancellationToken);
            if (asJson)
            {
                DriftRendering.WriteJson(target.IsStandardOutput ? terminal.Error : terminal.Output, network, drifts);
            }
            else
            {
                DriftRendering.WriteText(results, terminal.WidthOf(results), network, drifts);
            }

            document.Write(
                results,
                target,
                network,
                parsed.GetValue(opset),
                $"recalibrate: {ScaleRendering.Counted(drifts.Count, "normalization")} from "
                + $"{ScaleRendering.Counted(batches.Sum(tensor => tensor.Lengths[0]), "sample")} "
                + Invariant($"in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
            return ExitCode.Success;

            Tensor<float>[] Draw(string samplesPath)
            {
                using SampleSource opened = SampleSources.Open(parsed, csv, samplesPath, document.Model, name, form, training: true);
                return SampleBatches.Draw(
                    opened, form, parsed.GetValue(samples), parsed.GetValue(batch), parsed.GetValue(seed), cancellationToken);
            }
        }));
        return command;
    }

    private static IReadOnlyList<StatisticsDrift> Recalibrate(
        Layer network,
        Tensor<float>[] batches,
        RecalibrationEstimate estimate,
        string data,
        CancellationToken cancellationToken)
    {
        try
        {
            return Recalibration.Recalibrate(network, batches, estimate, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{data}': {OneLine.Of(e)}", e);
        }
    }
}
