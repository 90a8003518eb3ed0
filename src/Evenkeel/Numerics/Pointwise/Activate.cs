using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Applies an activation function to each element, and its derivative to each gradient.</summary>
internal static unsafe class Activate
{
    /// <summary>y = f(x).</summary>
    public static void Forward<TActivation>(ReadOnlySpan<float> x, Span<float> y)
        where TActivation : struct, IActivation
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, destination = y)
        {
            Elementwise.Run(new ValueFormula<TActivation>(source, destination), x.Length);
        }
    }

    /// <summary>dx = dy·f′(x), given y = f(x).</summary>
    public static void Backward<TActivation>(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx)
        where TActivation : struct, IActivation
    {
        SpanChecks.Length(y, dy.Length);
        SpanChecks.Length<float>(dx, dy.Length);
        fixed (float* gradient = dy, value = y, destination = dx)
        {
            Elementwise.Run(new GradientFormula<TActivation>(gradient, value, destination), dy.Length);
        }
    }

    private readonly struct ValueFormula<TActivation>(float* x, float* y) : IElementwise
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess => access.Store(y + offset, TActivation.Value(access.Load(x + offset)));
    }

    private readonly struct GradientFormula<TActivation>(float* dy, float* y, float* dx) : IElementwise
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            access.Store(dx + offset, TActivation.Gradient(access.Load(dy + offset), access.Load(y + offset)));
    }
}
