using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = x above 0, and slope·x elsewhere; the derivative at 0 is the slope.</summary>
/// <param name="slope">The slope below 0.</param>
internal readonly struct LeakyReluFunction(float slope) : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x) => Select(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x) => Select(x, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Select(Vector512<float> x, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), value, value * slope);
}
