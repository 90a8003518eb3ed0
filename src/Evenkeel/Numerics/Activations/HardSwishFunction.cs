using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = x·h(x), with h(x) = x/6 + ½, at least 0 and at most 1; the derivative is h(x) + x/6 where 0 &lt; h(x) &lt; 1.</summary>
internal readonly struct HardSwishFunction : IElementFunction
{
    private const float Slope = 1f / 6;
    private const float Bound = 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x)
    {
        Vector512<float> gate = Lanes.AtMost(Lanes.AtLeast(
            Fused.MultiplyAdd(x, Vector512.Create(Slope), Vector512.Create(0.5f)), 0), 1);
        return Lanes.AtLeast(x, -Bound) * gate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x)
    {
        Vector512<float> slope = Fused.MultiplyAdd(x, Vector512.Create(2 * Slope), Vector512.Create(0.5f));
        slope = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512.Create(-Bound)), Vector512<float>.Zero, slope);
        slope = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512.Create(Bound)), Vector512<float>.One, slope);
        return dy * slope;
    }
}
