namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="BatchRenorm"/>; the defaults are the paper's.</summary>
public sealed record BatchRenormOptions
{
    /// <summary>ε, added to the variance inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there are a learned scale γ (<c>weight</c>) and shift β (<c>bias</c>). Default true.</summary>
    public bool Affine { get; init; } = true;

    /// <summary>Whether there is a shift β beside γ; without <see cref="Affine"/>, there is neither. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// How the running mean and deviation average over batches. Default: exponential, with a weight of 0.01 for the new batch.
    /// </summary>
    public RunningAverage RunningAverage { get; init; } = RunningAverage.Exponential(newWeight: 0.01);

    /// <summary>How far the batch may be corrected, over the steps of training. Default: the paper's schedule.</summary>
    public RenormSchedule Schedule { get; init; } = RenormSchedule.Paper;

    /// <summary>What the running statistics do with a batch that holds NaN or infinity. Default: skip and count it.</summary>
    public NonFinitePolicy NonFiniteBatches { get; init; } = NonFinitePolicy.Skip;

    /// <summary>The axis of the channels: 1 for [N, C, *] (the default), −1 for channel-last [N, *, C].</summary>
    public int ChannelAxis { get; init; } = 1;
}
