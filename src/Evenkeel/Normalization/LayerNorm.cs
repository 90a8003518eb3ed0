namespace Evenkeel.Normalization;

/// <summary>
/// Layer normalization: each sample (or each place of it) is brought to mean 0 and variance 1 over its last axes, then
/// scaled and shifted element by element.
/// </summary>
/// <remarks>
/// <para>
/// Over the m elements of a row, which are those of the normalized shape: μ = mean x; σ² = Σ(x − μ)²/m;
/// x̂ = (x − μ)/√(σ² + ε); y = γ·x̂ + β with γ and β of the element's position. Training and inference are the same, and rows
/// do not touch each other.
/// </para>
/// <para>
/// Backward: dβ = Σdy and dγ = Σdy·x̂ over the rows; with dx̂ = γ·dy, dx = 1/√(σ² + ε)·[dx̂ − mean(dx̂) − x̂·mean(dx̂·x̂)].
/// </para>
/// <para>Shapes: [*, normalized shape]; output as input.</para>
/// <para>Source: Ba, Kiros and Hinton, "Layer Normalization", 2016, arXiv 1607.06450.</para>
/// </remarks>
public sealed class LayerNorm : RowNormalization
{
    /// <summary>Makes a layer normalization over one last axis, with γ = 1 and β = 0.</summary>
    /// <param name="features">The length of the last axis, at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">The length is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or not finite.</exception>
    public LayerNorm(int features, LayerNormOptions? options = null)
        : this([features], options)
    {
    }

    /// <summary>Makes a layer normalization over the last axes, with γ = 1 and β = 0.</summary>
    /// <param name="shape">The lengths of the last axes, each at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">There are no lengths, one is below 1, or there are more than 2³¹ − 1 elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or not finite.</exception>
    public LayerNorm(ReadOnlySpan<int> shape, LayerNormOptions? options = null)
        : base(shape, (options ??= new()).Epsilon, options.Weight, options.Bias)
    {
    }

    private protected override bool SubtractsMean => true;
}
