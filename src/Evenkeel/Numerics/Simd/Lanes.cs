using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Bounds of the lanes of a vector that, unlike the minimum and maximum of the processor, keep NaN.</summary>
internal static class Lanes
{
    /// <summary>The lanes of <paramref name="x"/>, or the bound where they are below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtLeast(Vector512<float> x, float bound) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(bound)), Vector512.Create(bound), x);

    /// <summary>The lanes of <paramref name="x"/>, or the bound where they are above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtMost(Vector512<float> x, float bound) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(bound)), Vector512.Create(bound), x);
}
