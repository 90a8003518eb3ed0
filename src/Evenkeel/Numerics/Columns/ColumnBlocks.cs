using System.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>Reads a table column by column, in blocks of rows that fit the cache.</summary>
internal static unsafe class ColumnBlocks
{
    private const int RowsPerBlock = 1024;

    /// <summary>
    /// Passes the values of each column on, without NaN and without rows of weight 0: the blocks of a column in order, different
    /// columns on different threads.
    /// </summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty if all are 1.</param>
    /// <param name="take">Receives a column's number and a block of it; the points are reused for the next block.</param>
    public static void Run<T>(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, Action<int, WeightedPoints> take)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        var chunks = new ColumnChunks(view.Channels, FullVector.Count);
        fixed (T* source = x)
        fixed (double* weight = weights)
        {
            WorkerPool.Run(new Chunks<T>(source, view, weight, chunks, take), chunks.Count);
        }
    }

    private readonly struct Chunks<T>(
        T* x, ChannelView view, double* weights, ColumnChunks chunks, Action<int, WeightedPoints> take) : IWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(int index)
        {
            (int first, int count) = chunks.Bounds(index);
            int rows = view.PerSet;
            (nint toRow, nint toColumn) = view.Inner == 1 ? (view.Channels, 1) : (1, rows);
            var block = new WeightedPoints();
            for (int row = 0; row < rows; row += RowsPerBlock)
            {
                int end = row + Math.Min(RowsPerBlock, rows - row);
                for (int column = first; column < first + count; column++)
                {
                    block.Clear();
                    for (int i = row; i < end; i++)
                    {
                        double value = double.CreateTruncating(x[i * toRow + column * toColumn]);
                        double weight = weights == null ? 1 : weights[i];
                        if (!double.IsNaN(value) && weight > 0)
                        {
                            block.Add(value, weight);
                        }
                    }

                    take(column, block);
                }
            }
        }
    }
}
