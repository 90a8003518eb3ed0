using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

/// <summary>Tables in memory, row after row or column after column.</summary>
internal static class Tables
{
    /// <summary>A table of the given columns.</summary>
    public static Tensor<T> Of<T>(T[][] columns, bool columnMajor)
    {
        int rows = columns[0].Length;

        // Tensors want a stride of 0 where an axis has length 1.
        return columnMajor
            ? Tensor.Create(
                [.. columns.SelectMany(column => column)], 0, [rows, columns.Length], [rows == 1 ? 0 : 1, columns.Length == 1 ? 0 : rows])
            : TestData.Tensor(
                Enumerable.Range(0, rows).SelectMany(r => columns.Select(column => column[r])).ToArray(), rows, columns.Length);
    }

    /// <summary>The columns of a table.</summary>
    public static T[][] Columns<T>(Tensor<T> table, bool columnMajor)
    {
        (int rows, int columns) = ((int)table.Lengths[0], (int)table.Lengths[1]);
        T[] values = Elements(table).ToArray();
        return
        [
            .. Enumerable.Range(0, columns).Select(c =>
                Enumerable.Range(0, rows).Select(r => values[columnMajor ? c * rows + r : r * columns + c]).ToArray()),
        ];
    }

    /// <summary>The elements as they lie in memory, whatever the layout.</summary>
    public static ReadOnlySpan<T> Elements<T>(Tensor<T> table) =>
        table.FlattenedLength == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(in table.GetPinnableReference(), (int)table.FlattenedLength);
}
