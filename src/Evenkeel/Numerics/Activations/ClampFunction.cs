using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = x, at least a minimum and at most a maximum; the derivative is 1 between them, and 0 at and beyond them.</summary>
/// <param name="minimum">The minimum.</param>
/// <param name="maximum">The maximum.</param>
internal readonly struct ClampFunction(float minimum, float maximum) : IElementFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x) => Lanes.AtMost(Lanes.AtLeast(x, minimum), maximum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x) =>
        dy & Vector512.GreaterThan(x, Vector512.Create(minimum)) & Vector512.LessThan(x, Vector512.Create(maximum));
}
