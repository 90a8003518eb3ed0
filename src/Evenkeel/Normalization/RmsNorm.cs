namespace Evenkeel.Normalization;

/// <summary>
/// Root-mean-square normalization: each sample (or each place of it) is divided by the root of its mean square over its last
/// axes, then scaled element by element. Nothing is subtracted.
/// </summary>
/// <remarks>
/// <para>
/// Over the m elements of a row, which are those of the normalized shape: x̂ = x/√(Σx²/m + ε); y = γ·x̂ with γ of the element's
/// position. Training and inference are the same, and rows do not touch each other.
/// </para>
/// <para>
/// Backward: dγ = Σdy·x̂ over the rows; with dx̂ = γ·dy, dx = 1/√(Σx²/m + ε)·[dx̂ − x̂·mean(dx̂·x̂)].
/// </para>
/// <para>Shapes: [*, normalized shape]; output as input.</para>
/// <para>Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, arXiv 1910.07467.</para>
/// </remarks>
public sealed class RmsNorm : RowNormalization
{
    /// <summary>Makes a root-mean-square normalization over one last axis, with γ = 1.</summary>
    /// <param name="features">The length of the last axis, at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">The length is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or not finite.</exception>
    public RmsNorm(int features, RmsNormOptions? options = null)
        : this([features], options)
    {
    }

    /// <summary>Makes a root-mean-square normalization over the last axes, with γ = 1.</summary>
    /// <param name="shape">The lengths of the last axes, each at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">There are no lengths, one is below 1, or there are more than 2³¹ − 1 elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or not finite.</exception>
    public RmsNorm(ReadOnlySpan<int> shape, RmsNormOptions? options = null)
        : base(shape, (options ??= new()).Epsilon, options.Weight, bias: false)
    {
    }

    private protected override bool SubtractsMean => false;
}
