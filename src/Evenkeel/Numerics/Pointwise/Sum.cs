using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Adds two tensors, and applies a ReLU if asked.</summary>
internal static unsafe class Sum
{
    /// <summary>y = a + b, or max(0, a + b); <paramref name="y"/> may be <paramref name="a"/> or <paramref name="b"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool relu, Span<float> y)
    {
        if (relu)
        {
            Apply<ReluFunction>(a, b, y);
        }
        else
        {
            Apply<IdentityFunction>(a, b, y);
        }
    }

    private static void Apply<TActivation>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TActivation : struct, IActivation
    {
        SpanChecks.Length(b, a.Length);
        SpanChecks.Length<float>(y, a.Length);
        fixed (float* first = a, second = b, destination = y)
        {
            Elementwise.Run(new Formula<TActivation>(first, second, destination), a.Length);
        }
    }

    private readonly struct Formula<TActivation>(float* a, float* b, float* y) : IElementwise
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            access.Store(y + offset, TActivation.Value(access.Load(a + offset) + access.Load(b + offset)));
    }
}
