using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>The mean of each window, in which padding counts as zeros; its gradient goes to all elements in equal parts.</summary>
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

    /// <summary>Computes dx: each element's sum of its parts of the windows' gradients.</summary>
    public static void Backward(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx)
    {
        SpanChecks.Length(dy, view.OutputLength);
        SpanChecks.Length<float>(dx, view.InputLength);
        fixed (float* gradient = dy, result = dx)
        {
            Pooling.Backward(new Formula(gradient, 1f / view.Area), view, result);
        }
    }

    private readonly struct Formula(float* values, float part) : IPooling
    {
        public static float Start => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Take(Vector512<float> x, int place, ref Vector512<float> value, ref Vector512<int> winner) => value += x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
            where TAccess : struct, IVectorAccess => access.Store(values + offset, value * part);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int place)
            where TAccess : struct, IVectorAccess => access.Load(values + offset) * part;
    }
}
