using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>Average pooling: the mean of each window, in which padding counts as zeros.</summary>
internal static unsafe class AveragePooling
{
    /// <summary>Computes the mean of each window.</summary>
    public static void Forward(ReadOnlySpan<float> x, PoolingView view, Span<float> y)
    {
        SpanChecks.Length(x, view.InputLength);
        SpanChecks.Length<float>(y, view.OutputLength);
        fixed (float* source = x, means = y)
        {
            Pooling.Forward(new Formula(means, 1f / view.Area), view, source);
        }
    }

    /// <summary>Computes dx: the gradient of each window, divided equally among its elements.</summary>
    public static void Backward(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx)
    {
        SpanChecks.Length(dy, view.OutputLength);
        SpanChecks.Length<float>(dx, view.InputLength);
        fixed (float* gradient = dy, result = dx)
        {
            Pooling.Backward(new Formula(gradient, 1f / view.Area), view, result);
        }
    }

    private readonly struct Formula(float* values, float scale) : IPooling
    {
        public static float Start => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Accumulate(Vector512<float> x, int position, ref Vector512<float> value, ref Vector512<int> winner) =>
            value += x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
            where TAccess : struct, IVectorAccess => access.Store(values + offset, value * scale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int position)
            where TAccess : struct, IVectorAccess => access.Load(values + offset) * scale;
    }
}
