using System.CommandLine;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Onnx;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model verify</c>: compares the outputs of two networks, and finds the layer where a difference begins.</summary>
internal static class ModelVerifyCommand
{
    private const int DefaultSamples = 16;
    private const int MaximumSamples = 1_000_000;
    private const double DefaultTolerance = 1e-4;

    public static Command Create(Terminal terminal)
    {
        Argument<string> first = ModelArgument.Create("A", "A model file, a checkpoint or an ONNX file.");
        Argument<string> second = ModelArgument.Create("B", "The file to compare it with: another form of A, such as the folded one.");
        Option<int> samples = SharedOptions.Number(
            "--samples",
            "N",
            Invariant($"Number of samples; the outputs of all layers are kept (default {DefaultSamples})."),
            DefaultSamples,
            Invariant($"a whole number from 1 to {MaximumSamples}"),
            value => value is >= 1 and <= MaximumSamples);
        Option<string?> data = SharedOptions.File(
            "--data",
            $"Samples to draw from: {SampleSources.Inputs}, whose test images are taken; for a model with a scaler, a CSV file "
            + "(default: normal random numbers).",
            helpName: "PATH");
        Option<ulong> seed = SharedOptions.Seed("Seed of the samples (default 0).");
        Option<double> tolerance = SharedOptions.Number(
            "--tolerance",
            "T",
            Invariant($"Largest difference that counts as equal, relative to the largest output (default {DefaultTolerance})."),
            DefaultTolerance,
            "a finite number of at least 0",
            value => value >= 0 && double.IsFinite(value));
        Option<bool> json = SharedOptions.Json("Print one line of JSON on standard output.");
        var pixels = new PixelOptions();
        var csv = new CsvOptions();
        var onnx = new OnnxOptions();
        var command = new DocumentedCommand(
            "verify",
            "Compare the outputs of two networks on random or given samples, without scalers; find the layer where a difference begins.")
        {
            first,
            second,
        };
        command.ExitCodes = "0 equal; 1 different, or failed; 2 invalid command line";
        command.AddGroup("Comparison", data, samples, seed, tolerance);
        command.AddGroup("Output", json);
        command.AddGroup("Images", pixels.All);
        command.AddGroup("CSV", csv.All);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(("evenkeel model verify net.evenkeel net.onnx", "after a conversion"));
        command.Examples.Add(("evenkeel model verify before.evenkeel after.evenkeel --json", "for a program"));
        command.SetAction(parsed =>
        {
            string pathA = parsed.GetRequiredValue(first), pathB = parsed.GetRequiredValue(second);
            if (pathA == OutputFile.Dash && pathB == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be both files.");
            }

            if (parsed.GetValue(data) is null)
            {
                pixels.Refuse(parsed, data);
            }

            OnnxLoadOptions options = onnx.Read(parsed, pathA, pathB);
            using SafetensorsFile fileA = ModelArgument.Open(pathA, options), fileB = ModelArgument.Open(pathB, options);
            ModelFile a = ModelArgument.Load(fileA, pathA), b = ModelArgument.Load(fileB, pathB);
            nint[] shape = CheckShapes((a, pathA), (b, pathB));
            Tensor<float> inputs = parsed.GetValue(data) is { } input
                ? Draw(input)
                : SampleBatches.Random(shape, parsed.GetValue(samples), parsed.GetValue(seed));
            NetworkComparison comparison = Compare(a.Network, b.Network, inputs, parsed.GetValue(tolerance));
            bool sameScalers;
            if (parsed.GetValue(json))
            {
                sameScalers = DescriptionDifference.WriteScalers(TextWriter.Null, fileA, fileB);
                JsonObject line = ComparisonRendering.ToJson(comparison);
                line["scalers"] = a.Scaler is null && b.Scaler is null ? "none"
                    : b.Scaler is null ? "only in a"
                    : a.Scaler is null ? "only in b"
                    : sameScalers ? "equal"
                    : "different";
                terminal.Output.WriteLine(line.ToJsonString());
            }
            else
            {
                ComparisonRendering.WriteText(terminal.Output, comparison);
                sameScalers = DescriptionDifference.WriteScalers(terminal.Output, fileA, fileB);
            }

            return comparison.IsWithinTolerance && sameScalers ? ExitCode.Success : ExitCode.Different;

            Tensor<float> Draw(string path)
            {
                int count = parsed.GetValue(samples);
                SampleForm form = pixels.Apply(parsed, ModelArgument.Naming(pathA, () => SampleForm.Of(a)));
                using SampleSource source = SampleSources.Open(parsed, csv, path, a, pathA, form, training: false);
                return SampleBatches.Draw(source, form, count, count, parsed.GetValue(seed), CancellationToken.None)[0];
            }
        });
        return command;
    }

    /// <summary>The shape of the samples of both models, whose outputs have one shape too.</summary>
    private static nint[] CheckShapes((ModelFile Model, string Path) a, (ModelFile Model, string Path) b)
    {
        nint[] shape = SampleShape(a, b), outputA = OutputShape(a, shape), outputB = OutputShape(b, shape);
        return outputA.SequenceEqual(outputB)
            ? shape
            : throw new InvalidDataException(
                $"'{a.Path}' returns {Shape.Describe(outputA)} for a sample, '{b.Path}' {Shape.Describe(outputB)}.");
    }

    private static NetworkComparison Compare(Layer a, Layer b, Tensor<float> inputs, double tolerance)
    {
        try
        {
            return NetworkComparison.Of(a, b, inputs, tolerance);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(OneLine.Of(e), e);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException(
                Invariant($"The output of a layer is too large for {inputs.Lengths[0]:N0} samples: take fewer by --samples."), e);
        }
    }

    private static nint[] SampleShape((ModelFile Model, string Path) a, (ModelFile Model, string Path) b)
    {
        IReadOnlyList<int> shape = a.Model.SampleShape ?? b.Model.SampleShape ?? throw new InvalidDataException(
            $"Neither '{a.Path}' nor '{b.Path}' has the shape of a sample: save one of them with ModelFile.SampleShape.");
        nint[] lengths = Lengths(shape), others = Lengths(b.Model.SampleShape ?? shape);
        return others.SequenceEqual(lengths)
            ? lengths
            : throw new InvalidDataException(
                $"'{a.Path}' takes samples of shape {Shape.Describe(lengths)}, '{b.Path}' {Shape.Describe(others)}: "
                + "only networks that take the same samples are compared.");

        static nint[] Lengths(IReadOnlyList<int> shape) => [.. shape.Select(length => (nint)length)];
    }

    private static nint[] OutputShape((ModelFile Model, string Path) model, nint[] shape)
    {
        try
        {
            return model.Model.Network.OutputShape([1, .. shape])[1..];
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            string problem = e is ArgumentException argument ? OneLine.Of(argument) : "an output would be too large.";
            throw new InvalidDataException($"'{model.Path}' does not take samples of shape {Shape.Describe(shape)}: {problem}", e);
        }
    }
}
