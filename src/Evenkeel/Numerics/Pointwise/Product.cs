using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Multiplies two tensors, element by element.</summary>
internal static unsafe class Product
{
    /// <summary>y = a·b; <paramref name="y"/> may be <paramref name="a"/> or <paramref name="b"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        SpanChecks.Length(b, a.Length);
        SpanChecks.Length<float>(y, a.Length);
        fixed (float* first = a, second = b, destination = y)
        {
            Elementwise.Run(new Formula(first, second, destination), a.Length);
        }
    }

    private readonly struct Formula(float* a, float* b, float* y) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess => access.Store(y + offset, access.Load(a + offset) * access.Load(b + offset));
    }
}
