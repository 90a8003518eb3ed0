using System.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>Applies a function that searches or branches to each element of a table, in double precision.</summary>
internal static unsafe class ColumnFunction
{
    /// <summary>Computes y = f(x).</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="function">The function.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <returns>The index of the first element that the function rejects; −1 if there is none.</returns>
    public static int Apply<T, TFunction>(ReadOnlySpan<T> x, ChannelView view, TFunction function, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IColumnFunction
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<T>(y, view.Length);
        int rejected = FirstInfinity.None;
        fixed (T* source = x, destination = y)
        {
            WorkerPool.Run(
                new Chunks<T, TFunction>(source, view, function, destination, &rejected),
                (view.Length + WorkerPool.ChunkLength - 1) / WorkerPool.ChunkLength);
        }

        return FirstInfinity.Index(rejected);
    }

    private readonly struct Chunks<T, TFunction>(T* x, ChannelView view, TFunction function, T* y, int* rejected) : IWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IColumnFunction
    {
        public void Invoke(int index)
        {
            int start = index * WorkerPool.ChunkLength, end = start + Math.Min(WorkerPool.ChunkLength, view.Length - start);
            int column = start / view.Inner % view.Channels, inColumn = start % view.Inner;
            for (int i = start; i < end; i++)
            {
                double value = double.CreateTruncating(x[i]);
                if (function.Rejects(column, value))
                {
                    FirstInfinity.Note(1, i, rejected);
                }

                y[i] = T.CreateTruncating(function.Value(column, value));
                if (++inColumn == view.Inner)
                {
                    inColumn = 0;
                    column = column + 1 == view.Channels ? 0 : column + 1;
                }
            }
        }
    }
}
