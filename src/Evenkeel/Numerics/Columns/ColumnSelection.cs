using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>Copies chosen columns of a table into a table of their own, and back.</summary>
/// <remarks>Both tables lie row after row, (rows, columns, 1), or both column after column, (1, columns, rows).</remarks>
internal static unsafe class ColumnSelection
{
    /// <summary>Fills <paramref name="selection"/> with columns of as many rows of a table as it holds.</summary>
    public static void Gather<T>(ReadOnlySpan<T> table, ChannelView view, ReadOnlySpan<int> columns, int firstRow, Span<T> selection)
        where T : unmanaged
    {
        SpanChecks.Length(table, view.Length);
        var (whole, part) = Layouts(view, columns, selection.Length);
        fixed (T* from = table, to = selection)
        {
            Run(from + firstRow * whole.RowStride, whole, to, part, selection.Length);
        }
    }

    /// <summary>Writes what <see cref="Gather"/> takes from a table into it.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> selection, ChannelView view, ReadOnlySpan<int> columns, int firstRow, Span<T> table)
        where T : unmanaged
    {
        SpanChecks.Length<T>(table, view.Length);
        var (whole, part) = Layouts(view, columns, selection.Length);
        fixed (T* from = selection, to = table)
        {
            Run(from, part, to + firstRow * whole.RowStride, whole, selection.Length);
        }
    }

    private static (Layout Whole, Layout Part) Layouts(ChannelView view, ReadOnlySpan<int> columns, int length)
    {
        bool isColumnMajor = view.Inner > 1;
        nint columnStride = isColumnMajor ? view.Inner : 1, partStride = isColumnMajor ? length / columns.Length : 1;
        var whole = new nint[columns.Length];
        var part = new nint[columns.Length];
        for (int c = 0; c < columns.Length; c++)
        {
            whole[c] = columns[c] * columnStride;
            part[c] = c * partStride;
        }

        return (new Layout(isColumnMajor ? 1 : view.Channels, whole), new Layout(isColumnMajor ? 1 : columns.Length, part));
    }

    private static void Run<T>(T* from, Layout source, T* to, Layout destination, int length)
        where T : unmanaged
    {
        int rows = length / source.Columns.Length;
        int rowsPerChunk = Math.Max(1, WorkerPool.ChunkLength / source.Columns.Length);
        fixed (nint* fromColumns = source.Columns, toColumns = destination.Columns)
        {
            WorkerPool.Run(
                new Chunks<T>(from, source.RowStride, fromColumns, to, destination.RowStride, toColumns, source.Columns.Length, rows, rowsPerChunk),
                (rows + rowsPerChunk - 1) / rowsPerChunk);
        }
    }

    /// <summary>How far apart rows are, and where each of the columns begins.</summary>
    private readonly record struct Layout(nint RowStride, nint[] Columns);

    private readonly struct Chunks<T>(
        T* from, nint fromRow, nint* fromColumns, T* to, nint toRow, nint* toColumns, int columns, int rows, int rowsPerChunk) : IWork
        where T : unmanaged
    {
        public void Invoke(int index)
        {
            int start = index * rowsPerChunk;
            int count = Math.Min(rowsPerChunk, rows - start);
            if (fromRow == 1 && toRow == 1)
            {
                for (int c = 0; c < columns; c++)
                {
                    new ReadOnlySpan<T>(from + fromColumns[c] + start, count).CopyTo(new Span<T>(to + toColumns[c] + start, count));
                }

                return;
            }

            for (int row = start; row < start + count; row++)
            {
                T* source = from + row * fromRow, destination = to + row * toRow;
                for (int c = 0; c < columns; c++)
                {
                    destination[toColumns[c]] = source[fromColumns[c]];
                }
            }
        }
    }
}
