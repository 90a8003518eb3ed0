using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = slope·x + offset, at least 0 and at most 1; the derivative is 0 where f(x) is 0 or 1.</summary>
/// <param name="slope">The slope between 0 and 1.</param>
/// <param name="offset">f(0), before it is bounded.</param>
internal readonly struct HardSigmoidFunction(float slope, float offset) : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x) => Lanes.AtMost(
        Lanes.AtLeast(Fused.MultiplyAdd(x, Vector512.Create(slope), Vector512.Create(offset)), 0), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x)
    {
        Vector512<float> y = Value(x);
        return (dy * slope) & Vector512.GreaterThan(y, Vector512<float>.Zero) & Vector512.LessThan(y, Vector512<float>.One);
    }
}
