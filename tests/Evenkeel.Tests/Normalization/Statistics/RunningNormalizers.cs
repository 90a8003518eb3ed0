using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Tests.Normalization.Statistics;

/// <summary>
/// The normalizers that keep running statistics, each behind a linear layer, with an ε large enough that its place shows.
/// </summary>
internal static class RunningNormalizers
{
    private const double Epsilon = 0.05;

    private static readonly Dictionary<string, Func<Linear, RunningNormalization>> Makers = new()
    {
        ["batch"] = linear => new BatchNorm(linear.Outputs, Options),
        ["batch, population"] = linear => new BatchNorm(linear.Outputs, Options with { RunningVariance = VarianceEstimator.Population }),
        ["ghost"] = linear => new GhostBatchNorm(8, linear.Outputs, Options),
        ["accumulated"] = linear => new AccumulatedBatchNorm(linear.Outputs, Options),
        ["instance"] = linear => new InstanceNorm(
            linear.Outputs, new() { Epsilon = Epsilon, Affine = true, RunningAverage = RunningAverage.Cumulative }),
        ["renorm"] = linear => new BatchRenorm(linear.Outputs, new() { Epsilon = Epsilon }),
        ["cross-iteration"] = linear => new CrossIterationBatchNorm(linear, new() { BatchNorm = Options }),
        ["cross-iteration, epsilon outside"] = linear =>
            new CrossIterationBatchNorm(linear, new() { BatchNorm = Options, EpsilonOutside = true }),
    };

    public static TheoryData<string> All => [.. Makers.Keys];

    private static BatchNormOptions Options => new() { Epsilon = Epsilon };

    public static RunningNormalization Make(string name, Linear linear)
    {
        RunningNormalization norm = Makers[name](linear);
        for (int c = 0; c < norm.Channels; c++)
        {
            norm.Weight!.Values[c] = 0.5f + c;
            norm.Bias!.Values[c] = 1 - c;
        }

        return norm;
    }

    /// <summary>What inference divides by where all n values have this population variance, by the formula of each.</summary>
    public static double Deviation(string name, double variance, double n) => name switch
    {
        "renorm" => Math.Sqrt(Epsilon + variance),
        "batch, population" => Math.Sqrt(variance + Epsilon),
        "cross-iteration, epsilon outside" => Math.Sqrt(n / (n - 1) * variance) + Epsilon,
        _ => Math.Sqrt(n / (n - 1) * variance + Epsilon),
    };
}
