using Evenkeel.Normalization;

namespace Evenkeel.Networks;

/// <summary>The settings of <see cref="Unfolding"/>.</summary>
public sealed record UnfoldingOptions
{
    /// <summary>
    /// Whether linear layers with outputs [N, out] are followed by a normalization too, as in multilayer perceptrons. Default false:
    /// convolutions only.
    /// </summary>
    public bool LinearLayers { get; init; }

    /// <summary>ε of the normalizations, at least 10⁻⁷⁶ and in the range of single precision. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>The average over batches in later training. Default: exponential, with a weight of 0.1 for the new batch.</summary>
    public RunningAverage RunningAverage { get; init; } = RunningAverage.Exponential(newWeight: 0.1);

    /// <summary>Which variance their running statistics keep. Default: the sample's.</summary>
    public VarianceEstimator RunningVariance { get; init; } = VarianceEstimator.Sample;
}
