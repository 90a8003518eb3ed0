using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Multiplies each element by a number.</summary>
internal static unsafe class Scale
{
    /// <summary>y = factor·x, rounded once; <paramref name="y"/> may be <paramref name="x"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> x, double factor, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, destination = y)
        {
            Elementwise.Run(new Formula(source, destination, factor), x.Length);
        }
    }

    private readonly struct Formula(float* x, float* y, double factor) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            access.Store(y + offset, (access.Widen(x + offset) * Double16.Create(factor)).Narrow());
    }
}
