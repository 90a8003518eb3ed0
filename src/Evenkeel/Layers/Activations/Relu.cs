using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The rectified linear unit: y = max(0, x).</summary>
/// <remarks>dx = dy where y is above 0, and 0 elsewhere, including y = 0. NaN stays NaN.</remarks>
public sealed class Relu : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward<ReluFunction>(x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward<ReluFunction>(dy, y, dx);
}
