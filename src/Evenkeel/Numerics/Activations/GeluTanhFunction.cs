using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Activations;

/// <summary>
/// f(x) = ½x·(1 + tanh z) = x·σ(2z), with z = √(2/π)·(x + 0.044715·x³) and the derivative σ(2z)·(1 + 2x·z′·σ(−2z)).
/// </summary>
internal readonly struct GeluTanhFunction : IElementFunction
{
    /// <summary>Beyond it, σ(−2z) is 0: an infinite x would give 0·∞.</summary>
    private const float Bound = 15;

    /// <summary>2·√(2/π).</summary>
    private const float Linear = 1.5957691216f;

    /// <summary>2·√(2/π)·0.044715.</summary>
    private const float Cubic = 0.0713548163f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Value(Vector512<float> x)
    {
        Vector512<float> bounded = Bounded(x);
        Vector512<float> value = bounded * ElementaryFunctions.Sigmoid(Argument(bounded));
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(Bound)), x, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x)
    {
        Vector512<float> bounded = Bounded(x);
        Vector512<float> argument = Argument(bounded);
        Vector512<float> slope = Fused.MultiplyAdd(bounded * bounded, Vector512.Create(3 * Cubic), Vector512.Create(Linear));
        Vector512<float> change = bounded * slope * ElementaryFunctions.Sigmoid(-argument);
        return dy * (ElementaryFunctions.Sigmoid(argument) * (Vector512<float>.One + change));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Bounded(Vector512<float> x) => Lanes.AtMost(Lanes.AtLeast(x, -Bound), Bound);

    /// <summary>2z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Argument(Vector512<float> x) =>
        x * Fused.MultiplyAdd(x * x, Vector512.Create(Cubic), Vector512.Create(Linear));
}
