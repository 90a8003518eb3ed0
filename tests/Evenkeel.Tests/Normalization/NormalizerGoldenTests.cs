using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Reference;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Normalization;

/// <summary>Every normalizer against PyTorch, or against formulas written out with it, over several steps each.</summary>
public class NormalizerGoldenTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    public static TheoryData<string> Cases =>
        [.. Families.SelectMany(GoldenFile.Names).Where(name => name != "cross-iteration-taylor-step")];

    private static string[] Families =>
    [
        "batch-norm", "layer-norm", "rms-norm", "instance-norm", "group-norm", "masked", "sync", "ghost", "accumulated",
        "batch-renorm", "cross-iteration",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        GoldenNormalizer normalizer = GoldenNormalizer.Of(golden);
        foreach (GoldenValues step in golden.Steps)
        {
            Dictionary<string, double[]> results = normalizer.Take(step);
            Assert.Contains("output", results.Keys);
            Assert.All(
                step.Names.Where(tensor => tensor.EndsWith("input_gradient", StringComparison.Ordinal)
                    || tensor.StartsWith("running", StringComparison.Ordinal)),
                tensor => Assert.Contains(tensor, results.Keys));
            foreach ((string tensor, double[] actual) in results.Where(result => step.Has(result.Key)))
            {
                (double tolerance, double? scale) = ToleranceOf(tensor, golden, step);
                _comparison.AssertClose(step, tensor, actual, tolerance, scale);
            }
        }
    }

    private static (double Tolerance, double? Scale) ToleranceOf(string tensor, GoldenFile golden, GoldenValues step) => tensor switch
    {
        "output" => (Tolerances.Forward, null),
        "input_gradient" when golden.Name.Contains("group-norm", StringComparison.Ordinal) =>
            (Tolerances.InputGradient, LargestTerm(golden, step)),
        "input_gradient" when golden.Name.StartsWith("ghost", StringComparison.Ordinal) => (Tolerances.GradientOfPairs, null),
        "input_gradient" or "linear_output_gradient" => (Tolerances.GoldenInputGradient, null),
        "linear_bias_gradient" => (Tolerances.VanishingSum, step["linear_output_gradient"].Doubles.Max(Math.Abs)),
        "linear_weight_gradient" => (Tolerances.Product, null),
        "weight_gradient" or "bias_gradient" =>
            (golden.Name.StartsWith("cross", StringComparison.Ordinal) ? Tolerances.Product : Tolerances.RoundedOnce, null),
        "num_batches_tracked" => (0, null),
        _ => (golden.Name.StartsWith("cross", StringComparison.Ordinal) ? Tolerances.Product : Tolerances.DoubleSums, null),
    };

    /// <summary>In groups of one or two values the terms of the gradient cancel: its rounding is relative to the largest of them.</summary>
    private static double LargestTerm(GoldenFile golden, GoldenValues step)
    {
        nint[] lengths = Array.ConvertAll(step["input"].Shape, length => (nint)length);
        ChannelView view = ChannelView.Of(lengths, golden.Option<int>("axis"));
        int groups = golden.Option<int>("groups"), perSample = view.Length / (int)lengths[0];
        int[] channels = [.. Enumerable.Range(0, view.Length).Select(i => i / view.Inner % view.Channels)];
        int[] sets = [.. channels.Select((c, i) => i / perSample * groups + c * groups / view.Channels)];
        if (step.Has("mask"))
        {
            int[] mask = step["mask"].Integers;
            int positions = mask.Length / (int)lengths[0];
            sets =
            [
                .. sets.Select((set, i) =>
                    mask[i / perSample * positions + (view.Inner == 1 ? i / view.Channels : i) % positions] == 0 ? -1 : set),
            ];
        }

        double[]? gamma = golden.Initial.Has("weight") ? golden.Initial["weight"].Doubles : null;
        var reference = new SetNormalizationReference(sets, channels, gamma, null, golden.Option<double>("epsilon"));
        return reference.Backward(step["input"].Doubles, step["output_gradient"].Doubles).LargestTerm;
    }
}
