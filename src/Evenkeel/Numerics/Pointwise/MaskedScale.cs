using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Dropout: y = scale·x where a mask keeps an element, 0 elsewhere. Its backward pass is the same map of the gradients.</summary>
internal static unsafe class MaskedScale
{
    /// <summary>Applies the map; <paramref name="y"/> may be <paramref name="x"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> x, DropoutMask mask, float scale, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, destination = y)
        {
            Elementwise.Run(new Formula(source, destination, mask, scale), x.Length);
        }
    }

    private readonly struct Formula(float* x, float* y, DropoutMask mask, float scale) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            access.Store(y + offset, mask.Apply(access.Load(x + offset) * Vector512.Create(scale), offset));
    }
}
