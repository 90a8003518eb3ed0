using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Shell;
using Evenkeel.Training;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class TrainingLimitsTests
{
    /// <summary>Bytes of each weight, and of each output of a layer, that training takes without normalization.</summary>
    private const int PerWeight = 16, PerOutput = 24;

    private static readonly double Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    [Theory]
    [InlineData("none", 0.9, true)]
    [InlineData("none", 1.1, false)]
    [InlineData("batch", 0.9, true)]
    [InlineData("batch", 1.1, false)]
    [InlineData("cross-iteration", 0.3, true)]
    [InlineData("cross-iteration", 0.36, false)]
    [InlineData("group", 0.7, true)]
    public void Weights_count_with_what_normalization_keeps_of_them(string norm, double share, bool fits)
    {
        const int Width = 4000; // wide enough for outputs to be a few percent
        Check(Enumerable.Repeat(Width, 1 + (int)(share * Available / (PerWeight * Width * Width))), batchSize: 1, norm, fits);
    }

    [Theory]
    [InlineData("none", 0.9, true)]
    [InlineData("none", 1.1, false)]
    [InlineData("layer", 0.9, true)]
    [InlineData("group", 0.22, true)]
    [InlineData("group", 0.26, false)]
    [InlineData("cross-iteration", 0.9, true)]
    public void Outputs_count_with_what_normalization_keeps_of_them(string norm, double share, bool fits)
    {
        const int Layers = 1000;
        Check(Enumerable.Repeat(1, Layers), (int)(share * Available / (PerOutput * Layers)), norm, fits);
    }

    [Theory]
    [InlineData(0.99, true)]
    [InlineData(1.01, false)]
    public void The_largest_outputs_count_for_the_images_that_are_measured_at_a_time(double share, bool fits)
    {
        const double PerMeasured = 2 * sizeof(float) * Trainer<int>.EvaluationBatch + PerOutput;
        double largest = Math.Min(8e6, Available / 2 / PerMeasured), other = largest / 1000;
        int others = (int)((share * Available - largest * PerMeasured) / (other * PerOutput));
        var sizes = new NetworkSizes([1], [largest, .. Enumerable.Repeat(other, others)], Positions: 1);
        Check(() => TrainingLimits.CheckMemory(sizes, batchSize: 1, "none"), fits);
    }

    private static void Check(IEnumerable<int> widths, int batchSize, string norm, bool fits) =>
        Check(() => TrainingLimits.CheckMemory([.. widths], batchSize, norm), fits);

    private static void Check(Action check, bool fits)
    {
        var refusal = (UsageException?)Record.Exception(check);
        Assert.Equal(fits, refusal is null);
        if (!fits)
        {
            Assert.Contains("and this machine has", refusal!.Message, StringComparison.Ordinal);
        }
    }
}
