using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Copies tensors with their axes in another order.</summary>
internal static class AxisOrder
{
    private const int MaximumAxes = 16;

    /// <summary>Copies a dense tensor to one whose axis i is axis <paramref name="axes"/>[i] of the source.</summary>
    public static void Copy(ReadOnlySpan<float> source, ReadOnlySpan<nint> lengths, ReadOnlySpan<int> axes, Span<float> target)
    {
        SpanChecks.Length<float>(target, source.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths.Length, MaximumAxes, nameof(lengths));
        Span<int> counts = stackalloc int[MaximumAxes], strides = stackalloc int[MaximumAxes], position = stackalloc int[MaximumAxes];
        int rank = axes.Length;
        for (int i = 0; i < rank; i++)
        {
            counts[i] = (int)lengths[axes[i]];
            strides[i] = 1;
            for (int axis = axes[i] + 1; axis < rank; axis++)
            {
                strides[i] *= (int)lengths[axis];
            }
        }

        position.Clear();
        int rowLength = counts[rank - 1], rowStride = strides[rank - 1], from = 0;
        for (int to = 0; to < target.Length; to += rowLength)
        {
            CopyRow(source[from..], rowStride, target.Slice(to, rowLength));
            for (int axis = rank - 2; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++position[axis] < counts[axis])
                {
                    break;
                }

                from -= counts[axis] * strides[axis];
                position[axis] = 0;
            }
        }
    }

    private static void CopyRow(ReadOnlySpan<float> source, int stride, Span<float> row)
    {
        if (stride == 1)
        {
            source[..row.Length].CopyTo(row);
            return;
        }

        for (int i = 0; i < row.Length; i++)
        {
            row[i] = source[i * stride];
        }
    }
}
