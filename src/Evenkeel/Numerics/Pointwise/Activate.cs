using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Applies an activation function to each element, and its derivative to each gradient.</summary>
internal static unsafe class Activate
{
    /// <summary>y = f(x).</summary>
    public static void Forward<TActivation>(ReadOnlySpan<float> x, Span<float> y)
        where TActivation : struct, IActivation => Forward(default(OfResult<TActivation>), x, y);

    /// <summary>dx = dy·f′(x), given y = f(x).</summary>
    public static void Backward<TActivation>(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx)
        where TActivation : struct, IActivation => Backward(default(OfResult<TActivation>), dy, y, dx);

    /// <summary>y = f(x).</summary>
    public static void Forward<TFunction>(TFunction function, ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IElementFunction
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, destination = y)
        {
            Elementwise.Run(new ValueFormula<TFunction>(function, source, destination), x.Length);
        }
    }

    /// <summary>dx = dy·f′(x).</summary>
    public static void Backward<TFunction>(TFunction function, ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx)
        where TFunction : struct, IElementFunction
    {
        SpanChecks.Length(x, dy.Length);
        SpanChecks.Length<float>(dx, dy.Length);
        fixed (float* gradient = dy, source = x, destination = dx)
        {
            Elementwise.Run(new GradientFormula<TFunction>(function, gradient, source, destination), dy.Length);
        }
    }

    /// <summary>A function whose gradient takes the result in place of the argument.</summary>
    private readonly struct OfResult<TActivation> : IElementFunction
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Value(Vector512<float> x) => TActivation.Value(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y) => TActivation.Gradient(dy, y);
    }

    private readonly struct ValueFormula<TFunction>(TFunction function, float* x, float* y) : IElementwise
        where TFunction : struct, IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess => access.Store(y + offset, function.Value(access.Load(x + offset)));
    }

    private readonly struct GradientFormula<TFunction>(TFunction function, float* dy, float* x, float* dx) : IElementwise
        where TFunction : struct, IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            access.Store(dx + offset, function.Gradient(access.Load(dy + offset), access.Load(x + offset)));
    }
}
