namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="RmsNorm"/>.</summary>
public sealed record RmsNormOptions
{
    /// <summary>ε, added to the mean square inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there is a learned scale γ (<c>weight</c>). Default true.</summary>
    public bool Weight { get; init; } = true;
}
