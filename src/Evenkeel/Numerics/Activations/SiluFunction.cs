using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = x·σ(x), with σ(x) = 1/(1 + e⁻ˣ) and the derivative σ(x)·(1 + x·σ(−x)).</summary>
internal readonly struct SiluFunction : IElementFunction
{
    /// <summary>Beyond it, e⁻ˣ is 0: an infinite x would give 0·∞.</summary>
    private const float Bound = 110;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x) => Lanes.AtLeast(x, -Bound) * ElementaryFunctions.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x)
    {
        Vector512<float> bounded = Lanes.AtMost(Lanes.AtLeast(x, -Bound), Bound);
        Vector512<float> slope = ElementaryFunctions.Sigmoid(x);
        return dy * (slope * Fused.MultiplyAdd(bounded, ElementaryFunctions.Sigmoid(-x), Vector512<float>.One));
    }
}
