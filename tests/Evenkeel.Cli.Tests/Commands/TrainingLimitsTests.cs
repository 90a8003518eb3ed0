using Evenkeel.Cli.Commands;

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
    [InlineData("group", 0.9, true)]
    public void Weights_count_with_what_normalization_keeps_of_them(string norm, double share, bool fits)
    {
        const int Width = 1000;
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

    private static void Check(IEnumerable<int> widths, int batchSize, string norm, bool fits)
    {
        var refusal = (UsageException?)Record.Exception(() => TrainingLimits.CheckMemory([.. widths], batchSize, norm));
        Assert.Equal(fits, refusal is null);
        if (!fits)
        {
            Assert.Contains("and this machine has", refusal!.Message, StringComparison.Ordinal);
        }
    }
}
