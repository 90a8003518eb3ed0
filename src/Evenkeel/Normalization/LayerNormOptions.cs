namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="LayerNorm"/>; the defaults are PyTorch's.</summary>
public sealed record LayerNormOptions
{
    /// <summary>ε, added to the variance inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there is a learned scale γ (<c>weight</c>). Default true.</summary>
    public bool Weight { get; init; } = true;

    /// <summary>Whether there is a learned shift β (<c>bias</c>). Default true.</summary>
    public bool Bias { get; init; } = true;
}
