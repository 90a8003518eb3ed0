namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="InstanceNorm"/>; the defaults are PyTorch's.</summary>
public sealed record InstanceNormOptions
{
    /// <summary>ε, added to the variance inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there are a learned scale γ (<c>weight</c>) and shift β (<c>bias</c>) per channel. Default false.</summary>
    public bool Affine { get; init; }

    /// <summary>Whether there is a shift β beside γ; without <see cref="Affine"/>, there is neither. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// How running statistics average over batches; null, the default, for none: then each sample's own statistics
    /// normalize, in inference too.
    /// </summary>
    public RunningAverage? RunningAverage { get; init; }

    /// <summary>Which variance the running statistics keep. Default: the sample's.</summary>
    public VarianceEstimator RunningVariance { get; init; } = VarianceEstimator.Sample;

    /// <summary>What the running statistics do with a batch that holds NaN or infinity. Default: skip and count it.</summary>
    public NonFinitePolicy NonFiniteBatches { get; init; } = NonFinitePolicy.Skip;

    /// <summary>The axis of the channels: 1 for [N, C, *] (the default), −1 for channel-last [N, *, C].</summary>
    public int ChannelAxis { get; init; } = 1;
}
