using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The sigmoid linear unit, also called swish: y = x·σ(x), with σ(x) = 1/(1 + e⁻ˣ).</summary>
/// <remarks>
/// <para>dx = dy·σ(x)·(1 + x·σ(−x)).</para>
/// <para>Source: Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units…", 2017, arXiv 1702.03118.</para>
/// </remarks>
public sealed class Silu : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward(default(SiluFunction), x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward(default(SiluFunction), dy, x, dx);
}
