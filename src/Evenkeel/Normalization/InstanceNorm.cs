using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>Instance normalization: each channel of each sample is brought to mean 0 and variance 1 over its places.</summary>
/// <remarks>
/// <para>
/// Over the m places of one channel of one sample: μ = mean x; σ² = Σ(x − μ)²/m; x̂ = (x − μ)/√(σ² + ε); y = γ·x̂ + β.
/// </para>
/// <para>
/// Backward: dβ = Σdy and dγ = Σdy·x̂ over samples and places; dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)]. Where
/// running statistics normalized, they are constants: dx = γ/√(σ² + ε)·dy.
/// </para>
/// <para>
/// Running statistics, where they are wanted, average the samples' means and variances; inference then normalizes with
/// them. Shapes: [N, C, *] with at least two places, or [N, *, C]; output as input.
/// </para>
/// <para>
/// Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016, arXiv
/// 1607.08022.
/// </para>
/// </remarks>
public sealed class InstanceNorm : RunningNormalization
{

    /// <summary>Makes an instance normalization.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    public InstanceNorm(int channels, InstanceNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        RunningStatistics = RunningStatistics.Of(channels, options.RunningAverage, options.RunningVariance, options.NonFiniteBatches);
    }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    /// <inheritdoc/>
    protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);

    private protected override bool NormalizesOverBatch => false;

    private protected override string SetDescription => "per channel and sample";
}
