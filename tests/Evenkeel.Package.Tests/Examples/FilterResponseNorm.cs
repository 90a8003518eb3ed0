using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>Filter Response Normalization: y = γ·x/√(ν² + ε) + β, where ν² is the mean of x² over a channel of a sample.</summary>
/// <remarks>
/// <para>Backward: dx = γ/√(ν² + ε)·[dy − x̂·mean(dy·x̂)]. The paper puts max(y, τ) with a learned τ behind it, a separate layer.</para>
/// <para>Source: Singh and Krishnan, "Filter Response Normalization Layer", 2020, arXiv 1911.09737.</para>
/// </remarks>
public sealed class FilterResponseNorm(int channels, double epsilon = 1e-6) : ChannelNormalization(channels, epsilon)
{
    protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);

    protected override void WriteCoefficients(ForwardCoefficients sets)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            int set = sets.First + i;
            double meanSquare = sets.Variance(i) + sets.Mean(i) * sets.Mean(i);
            sets.Write(i, mean: 0, InvStd(meanSquare), WeightOf(set), BiasOf(set));
        }
    }

    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            double a = WeightOf(sets.First + i) * sets.InvStd(i);
            sets.Write(i, a, b: 0, c: a * sets.NormalizedGradientSum(i) / sets.Elements(i));
        }
    }
}
// end
