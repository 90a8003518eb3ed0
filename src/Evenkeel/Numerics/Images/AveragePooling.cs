using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>Average pooling: the mean of each window, in which padding counts as zeros, or does not count.</summary>
internal static unsafe class AveragePooling
{
    /// <summary>Tells whether all windows have as many elements as the others.</summary>
    public static bool HasEqualCounts(PoolingView view, bool countsPadding) => countsPadding
        ? view.IsCoveredByPadding
        : view.IsCoveredByPadding && view.Rows is { Padding: 0, PaddingAfter: 0 } && view.Columns is { Padding: 0, PaddingAfter: 0 };

    /// <summary>Computes the mean of each window.</summary>
    public static void Forward(ReadOnlySpan<float> x, PoolingView view, bool countsPadding, Span<float> y)
    {
        SpanChecks.Length(x, view.InputLength);
        SpanChecks.Length<float>(y, view.OutputLength);
        bool isEqual = HasEqualCounts(view, countsPadding);
        fixed (float* source = x, means = y)
        {
            Pooling.Forward(new Formula(means, isEqual ? 1f / view.Area : 1), view, source);
        }

        if (!isEqual)
        {
            DivideByCounts(y, view, countsPadding, y);
        }
    }

    /// <summary>Computes dx: the gradient of each window, divided equally among its elements.</summary>
    /// <param name="dy">The gradient of each window.</param>
    /// <param name="view">The windows.</param>
    /// <param name="countsPadding">True if padding counts as elements.</param>
    /// <param name="quotients">Memory of the length of dy, unless <see cref="HasEqualCounts"/>.</param>
    /// <param name="dx">Receives the gradient of each element.</param>
    public static void Backward(ReadOnlySpan<float> dy, PoolingView view, bool countsPadding, Span<float> quotients, Span<float> dx)
    {
        SpanChecks.Length(dy, view.OutputLength);
        SpanChecks.Length<float>(dx, view.InputLength);
        float scale = 1f / view.Area;
        if (!HasEqualCounts(view, countsPadding))
        {
            DivideByCounts(dy, view, countsPadding, quotients);
            dy = quotients;
            scale = 1;
        }

        fixed (float* gradient = dy, result = dx)
        {
            Pooling.Backward(new Formula(gradient, scale), view, result);
        }
    }

    /// <summary>Divides a value of each window by the number of its elements.</summary>
    private static void DivideByCounts(ReadOnlySpan<float> values, PoolingView view, bool countsPadding, Span<float> quotients)
    {
        SpanChecks.Length<float>(quotients, values.Length);
        int offset = 0;
        for (int plane = 0; plane < view.Planes; plane++)
        {
            for (int row = 0; row < view.Rows.Outputs; row++)
            {
                long rows = view.Rows.Count(row, countsPadding);
                for (int column = 0; column < view.Columns.Outputs; column++, offset += view.Depth)
                {
                    float scale = 1f / (rows * view.Columns.Count(column, countsPadding));
                    TensorPrimitives.Multiply(values.Slice(offset, view.Depth), scale, quotients.Slice(offset, view.Depth));
                }
            }
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
