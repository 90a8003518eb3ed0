namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="GroupNorm"/>; the defaults are PyTorch's.</summary>
public sealed record GroupNormOptions
{
    /// <summary>ε, added to the variance inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there are a learned scale γ (<c>weight</c>) and shift β (<c>bias</c>) per channel. Default true.</summary>
    public bool Affine { get; init; } = true;

    /// <summary>Whether there is a shift β beside γ; without <see cref="Affine"/>, there is neither. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The axis of the channels: 1 for [N, C, *] (the default), −1 for channel-last [N, *, C].</summary>
    public int ChannelAxis { get; init; } = 1;
}
