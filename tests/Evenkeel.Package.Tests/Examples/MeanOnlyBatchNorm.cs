using Evenkeel.Normalization;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>Mean-only batch normalization: y = x − μ + β, where μ is the mean of the batch, and in inference the running mean.</summary>
/// <remarks>
/// <para>Backward: dβ = Σdy; dx = dy − mean(dy).</para>
/// <para>Source: Salimans and Kingma, "Weight Normalization", 2016, arXiv 1602.07868.</para>
/// </remarks>
public sealed class MeanOnlyBatchNorm(int channels) : RunningNormalization(channels, epsilon: 1e-5, weight: false)
{
    public override RunningStatistics RunningStatistics { get; } = new(channels, RunningAverage.Exponential(newWeight: 0.1));

    protected override double InvStd(double variance) => 1;

    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            sets.Write(i, a: 1, b: sets.GradientSum(i) / sets.Elements(i), c: 0);
        }
    }
}
// end
