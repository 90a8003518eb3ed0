using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>Copies chosen columns of a table into a smaller table, and back.</summary>
/// <remarks>Both tables lie row after row, (rows, columns, 1), or both column after column, (1, columns, rows).</remarks>
internal static unsafe class ColumnSelection
{
    /// <summary>Copies columns of a table into <paramref name="selection"/>, for as many rows as that holds.</summary>
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

    /// <summary>Copies <paramref name="selection"/> into columns of a table: the inverse of <see cref="Gather"/>.</summary>
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
            var chunks = new Chunks<T>(
                new(from, source.RowStride, fromColumns),
                new(to, destination.RowStride, toColumns),
                source.Columns.Length,
                rows,
                rowsPerChunk);
            WorkerPool.Run(chunks, (rows + rowsPerChunk - 1) / rowsPerChunk);
        }
    }

    /// <summary>The distance between rows, and the start of each column.</summary>
    private readonly record struct Layout(nint RowStride, nint[] Columns);

    /// <summary>Chosen columns of a table in memory: its first element, the distance between rows, and the start of each column.</summary>
    private readonly struct ChosenColumns<T>(T* first, nint rowStride, nint* starts)
        where T : unmanaged
    {
        public T* First { get; } = first;

        public nint RowStride { get; } = rowStride;

        public nint* Starts { get; } = starts;
    }

    private readonly struct Chunks<T>(
        ChosenColumns<T> source, ChosenColumns<T> destination, int columns, int rows, int rowsPerChunk) : IWork
        where T : unmanaged
    {
        public void Invoke(int index)
        {
            T* from = source.First, to = destination.First;
            nint* fromColumns = source.Starts, toColumns = destination.Starts;
            int start = index * rowsPerChunk, count = Math.Min(rowsPerChunk, rows - start);
            if (source.RowStride == 1 && destination.RowStride == 1)
            {
                for (int c = 0; c < columns; c++)
                {
                    new ReadOnlySpan<T>(from + fromColumns[c] + start, count).CopyTo(new Span<T>(to + toColumns[c] + start, count));
                }

                return;
            }

            for (int row = start; row < start + count; row++)
            {
                T* fromRow = from + row * source.RowStride, toRow = to + row * destination.RowStride;
                for (int c = 0; c < columns; c++)
                {
                    toRow[toColumns[c]] = fromRow[fromColumns[c]];
                }
            }
        }
    }
}
