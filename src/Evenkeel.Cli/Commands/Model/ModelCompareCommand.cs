using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model compare</c>: prints in which tensors and settings two files differ.</summary>
internal static class ModelCompareCommand
{
    private static readonly string[] Header = ["tensor", "largest difference", "relative", ""];

    public static Command Create(Terminal terminal)
    {
        Argument<string> first = ModelArgument.Create("A", "A model file, a checkpoint, an ONNX file, or another safetensors file.");
        Argument<string> second = ModelArgument.Create("B", "The file to compare it with.");
        Option<double?> tolerance = SharedOptions.OptionalNumber<double>(
            "--tolerance",
            "T",
            "Largest difference of two values that counts as equal: T, or T times the larger magnitude if that is above 1 (default: the "
            + "bits must be equal).",
            "a finite number of at least 0",
            value => value >= 0 && double.IsFinite(value));
        var command = new DocumentedCommand(
            "compare",
            "Compare the tensors of two files, without the state of training, and, if both have one, the descriptions of their networks.")
        {
            first,
            second,
        };
        command.ExitCodes = "0 equal; 1 different, or failed; 2 invalid command line";
        command.AddGroup("Comparison", tolerance);
        command.Examples.Add(("evenkeel model compare before.evenkeel after.evenkeel", "all bits must be equal"));
        command.Examples.Add(
            ("evenkeel model compare net.evenkeel net.safetensors --tolerance 1e-6", "after a conversion by another program"));
        command.SetAction(parsed =>
        {
            string pathA = parsed.GetRequiredValue(first), pathB = parsed.GetRequiredValue(second);
            if (pathA == OutputFile.Dash && pathB == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be both files.");
            }

            using SafetensorsFile a = ModelArgument.Open(pathA), b = ModelArgument.Open(pathB);
            return Compare(terminal, (a, pathA), (b, pathB), parsed.GetValue(tolerance)) ? ExitCode.Success : ExitCode.Different;
        });
        return command;
    }

    private static bool Compare(
        Terminal terminal, (SafetensorsFile File, string Path) a, (SafetensorsFile File, string Path) b, double? tolerance)
    {
        TextWriter output = terminal.Output;
        var inA = ModelArgument.TensorsForInference(a.File, a.Path).ToDictionary(tensor => tensor.Name);
        var inB = ModelArgument.TensorsForInference(b.File, b.Path).ToDictionary(tensor => tensor.Name);
        string[] onlyA = [.. inA.Keys.Where(name => !inB.ContainsKey(name))], onlyB = [.. inB.Keys.Where(name => !inA.ContainsKey(name))];
        List<string[]> rows = [Header];
        int different = 0, others = 0;
        foreach ((string name, NamedTensor tensor) in inA.Where(tensor => inB.ContainsKey(tensor.Key)))
        {
            NamedTensor other = inB[name];
            if (!tensor.Lengths.SequenceEqual(other.Lengths) || tensor.Type != other.Type)
            {
                others++;
                rows.Add([OneLine.Of(name), "-", "-", $"{Describe(tensor)} in A, {Describe(other)} in B"]);
                continue;
            }

            TensorDifference difference = ModelArgument.Describing(
                $"'{a.Path}' or '{b.Path}'", () => TensorDifference.Of(tensor, other, tolerance ?? 0));
            bool isEqual = difference.HasEqualBits || (tolerance is not null && difference.IsWithinTolerance);
            different += isEqual ? 0 : 1;
            rows.Add(
            [
                OneLine.Of(name),
                ValueRange.Shown(difference.Absolute),
                ValueRange.Shown(difference.Relative),
                difference.HasEqualBits ? "equal bits" : isEqual ? "within the tolerance" : "different",
            ]);
        }

        WriteNames(output, "Only in A", onlyA);
        WriteNames(output, "Only in B", onlyB);
        if (rows.Count > 1)
        {
            new TextTable(rows, 0, 3).Write(output, terminal.WidthOf(output));
        }

        bool sameDescription = DescriptionDifference.Write(output, a.File, b.File);
        bool areEqual = onlyA.Length + onlyB.Length + others + different == 0 && sameDescription;
        string verdict = areEqual ? "equal" : "different";
        output.WriteLine(
            $"{verdict}: {ScaleRendering.Counted(rows.Count - 1, "tensor")} in both, "
            + Invariant($"{different:N0} with other values, {others:N0} of another shape or type; ")
            + Invariant($"{onlyA.Length:N0} only in A, {onlyB.Length:N0} only in B"));
        return areEqual;
    }

    private static void WriteNames(TextWriter output, string where, string[] names)
    {
        foreach (string name in names)
        {
            output.WriteLine($"{where}: {OneLine.Of(name)}");
        }
    }

    private static string Describe(NamedTensor tensor) => $"{Safetensors.NameOf(tensor.Type)} {Shape.Describe(tensor.Lengths)}";
}
