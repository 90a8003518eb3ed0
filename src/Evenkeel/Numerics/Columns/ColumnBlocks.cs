using System.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>A table gone through column by column, in blocks of rows that the cache holds.</summary>
internal static unsafe class ColumnBlocks
{
    private const int RowsPerBlock = 1024;

    /// <summary>
    /// Hands over the values of each column, without NaN and without rows of weight 0: block after block in order, different columns
    /// on different threads.
    /// </summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty where all are 1.</param>
    /// <param name="take">Takes a block of a column; the points are those of another block afterwards.</param>
    public static void Run<T>(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, Action<int, WeightedPoints> take)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        int columnsPerChunk = Math.Clamp((view.Channels - 1) / WorkerPool.Threads + 1, 1, FullVector.Count);
        fixed (T* source = x)
        fixed (double* weight = weights)
        {
            WorkerPool.Run(
                new Chunks<T>(source, view, weight, columnsPerChunk, take), (view.Channels - 1) / columnsPerChunk + 1);
        }
    }

    private readonly struct Chunks<T>(T* x, ChannelView view, double* weights, int columnsPerChunk, Action<int, WeightedPoints> take) : IWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(int index)
        {
            int firstColumn = index * columnsPerChunk;
            int endColumn = Math.Min(firstColumn + columnsPerChunk, view.Channels);
            int rows = view.PerSet;
            (nint toRow, nint toColumn) = view.Inner == 1 ? (view.Channels, 1) : (1, rows);
            var block = new WeightedPoints();
            for (int row = 0; row < rows; row += RowsPerBlock)
            {
                int end = row + Math.Min(RowsPerBlock, rows - row);
                for (int column = firstColumn; column < endColumn; column++)
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
