using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The mean of each set, and its backward pass: global average pooling.</summary>
internal static unsafe class ChannelMean
{
    /// <summary>Computes the mean of each set, in double precision, with room for their <paramref name="sums"/>.</summary>
    public static void Compute(ReadOnlySpan<float> x, ChannelView view, Span<double> sums, Span<float> means)
    {
        SpanChecks.Length<float>(means, view.Sets);
        ChannelSums.Compute(x, view, sums);
        TensorPrimitives.Divide(sums, view.PerSet, sums);
        TensorPrimitives.ConvertTruncating<double, float>(sums, means);
    }

    /// <summary>Gives each element its part of the gradient of its set's mean: dx = dy/n.</summary>
    public static void Backward(ReadOnlySpan<float> dy, ChannelView view, Span<float> dx)
    {
        SpanChecks.Length(dy, view.Sets);
        SpanChecks.Length<float>(dx, view.Length);
        fixed (float* gradients = dy, result = dx)
        {
            ChannelMap.Run<Formula, Vector512<float>>(new Formula(gradients, view.PerSet, result), view);
        }
    }

    private readonly struct Formula(float* dy, float count, float* dx) : IChannelMap<Vector512<float>>
    {
        public Vector512<float> Of(int set) => Vector512.Create(dy[set] / count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => access.Load(dy + set) / Vector512.Create(count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Vector512<float> part)
            where TAccess : struct, IVectorAccess => access.Store(dx + offset, part);
    }
}
