using System.CommandLine;
using System.Numerics.Tensors;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Networks;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model fold</c>: folds normalizations into the layers before them.</summary>
internal static class ModelFoldCommand
{
    private const int Samples = 8;
    private const int MaximumValues = 1 << 24;

    public static Command Create(Terminal terminal)
    {
        Argument<string> path = ModelArgument.Create("IN", "A model file, a checkpoint or an ONNX file.");
        Option<string> output = ModelDocument.Output();
        Option<int?> opset = OnnxOptions.Opset();
        var onnx = new OnnxOptions();
        var command = new DocumentedCommand(
            "fold",
            "Fold normalizations by running statistics into the layers before them, print which, and compare outputs on random samples.")
        {
            path,
        };
        command.AddGroup("Output", output, opset);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(("evenkeel model fold net.onnx --out folded.onnx", "fewer layers to run"));
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(path);
            OutputFile target = OutputFile.Create(parsed.GetRequiredValue(output), name);
            TextWriter results = target.IsStandardOutput ? terminal.Error : terminal.Output;
            OnnxOptions.CheckApply(parsed, target, opset);
            var document = ModelDocument.Load(name, onnx.Read(parsed, name), TextWriter.Null);
            Layer network = document.Model.Network;
            Layer folded = Folding.Fold(network, out IReadOnlyList<FoldingEntry> report);
            foreach (FoldingEntry entry in report)
            {
                results.WriteLine(OneLine.Of(entry.ToString()));
            }

            if (document.Model.SampleShape is not null)
            {
                SampleForm form = ModelArgument.Naming(name, () => SampleForm.Of(document.Model));
                int count = Math.Clamp(MaximumValues / form.Count, 1, Samples);
                (double difference, double largest) = Compare(
                    name, network, folded, SampleBatches.Random(form.Lengths, count, seed: 0));
                results.WriteLine(
                    Invariant($"The largest difference is {difference:G3}, among outputs of up to {largest:G3}, on ")
                    + $"{ScaleRendering.Counted(count, "random sample")}.");
            }

            int done = report.Count(entry => entry.IsFolded);
            document.Write(results, target, folded, parsed.GetValue(opset), Invariant($"fold: {done} of {report.Count} normalizations"));
            return ExitCode.Success;
        });
        return command;
    }

    private static (double Difference, double Largest) Compare(string name, Layer network, Layer folded, Tensor<float> samples)
    {
        try
        {
            return Folding.Compare(network, folded, samples);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{name}' does not take its own samples: {OneLine.Of(e)}", e);
        }
    }
}
