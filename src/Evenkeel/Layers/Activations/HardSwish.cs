using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The hard swish: y = x·h(x), with h(x) = x/6 + ½, at least 0 and at most 1.</summary>
/// <remarks>
/// <para>dx = dy·(x/3 + ½) where |x| is below 3, dy where x is 3 or more, and 0 where x is −3 or less.</para>
/// <para>Source: Howard et al., "Searching for MobileNetV3", 2019, arXiv 1905.02244.</para>
/// </remarks>
public sealed class HardSwish : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward(default(HardSwishFunction), x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward(default(HardSwishFunction), dy, x, dx);
}
