using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>Multiplies each set by a factor of its own: dropout of whole channels, and its backward pass.</summary>
internal static unsafe class ChannelScale
{
    /// <summary>
    /// y = factor·x, and 0 where the factor is 0, whatever x is; <paramref name="y"/> may be <paramref name="x"/> itself.
    /// </summary>
    public static void Apply(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<float> factors, Span<float> y)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(factors, view.Sets);
        SpanChecks.Length<float>(y, view.Length);
        fixed (float* source = x, factor = factors, destination = y)
        {
            ChannelMap.Run<Formula, Vector512<float>>(new Formula(source, factor, destination), view);
        }
    }

    private readonly struct Formula(float* x, float* factors, float* y) : IChannelMap<Vector512<float>>
    {
        public Vector512<float> Of(int set) => Vector512.Create(factors[set]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => access.Load(factors + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Vector512<float> factor)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> dropped = Vector512.Equals(factor, Vector512<float>.Zero);
            access.Store(y + offset, Vector512.AndNot(access.Load(x + offset) * factor, dropped));
        }
    }
}
