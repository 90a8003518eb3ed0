using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The hyperbolic tangent: y = tanh x.</summary>
/// <remarks>dx = dy·(1 − y²).</remarks>
public sealed class Tanh : Activation
{
    private protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward<TanhFunction>(x, y);

    private protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward<TanhFunction>(dy, y, dx);
}
