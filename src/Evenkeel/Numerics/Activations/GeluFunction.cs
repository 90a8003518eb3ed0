using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>f(x) = x·Φ(x), with the derivative Φ(x) + x·φ(x).</summary>
internal readonly struct GeluFunction : IElementFunction
{
    /// <summary>Beyond it, φ is 0: an infinite x would give 0·∞.</summary>
    private const float Bound = 15;

    /// <summary>1/√(2π).</summary>
    private const float Density = 0.3989422804f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x) =>
        Lanes.AtLeast(x, -Bound) * ElementaryFunctions.NormalDistribution(x, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x)
    {
        Vector512<float> distribution = ElementaryFunctions.NormalDistribution(x, out Vector512<float> gaussian);
        Vector512<float> bounded = Lanes.AtMost(Lanes.AtLeast(x, -Bound), Bound);
        return dy * Fused.MultiplyAdd(bounded * Density, gaussian, distribution);
    }
}
