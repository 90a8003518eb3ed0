using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>An activation function, and its derivative expressed by its own result.</summary>
internal interface IActivation
{
    /// <summary>y = f(x).</summary>
    static abstract Vector512<float> Value(Vector512<float> x);

    /// <summary>dy·f′(x), given y = f(x).</summary>
    static abstract Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y);
}

/// <summary>x itself.</summary>
internal readonly struct IdentityFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y) => dy;
}

/// <summary>max(0, x); NaN stays NaN, and the derivative at 0 is 0.</summary>
internal readonly struct ReluFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y) =>
        dy & Vector512.GreaterThan(y, Vector512<float>.Zero);
}

/// <summary>1/(1 + e⁻ˣ), with derivative y·(1 − y).</summary>
internal readonly struct SigmoidFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => ElementaryFunctions.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y) => dy * (y * (Vector512<float>.One - y));
}

/// <summary>tanh x, with derivative 1 − y².</summary>
internal readonly struct TanhFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => ElementaryFunctions.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y) =>
        dy * Vector512.FusedMultiplyAdd(-y, y, Vector512<float>.One);
}
