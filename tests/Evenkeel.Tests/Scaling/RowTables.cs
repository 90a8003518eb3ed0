using System.Numerics;
using System.Numerics.Tensors;

namespace Evenkeel.Tests.Scaling;

/// <summary>Tables in both layouts.</summary>
internal static class RowTables
{
    /// <summary>A table that lies row after row.</summary>
    public static Tensor<T> ByRows<T>(T[][] rows) => Tensor.Create([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length]);

    /// <summary>The same table, lying column after column; a single row or column lies in both ways at once.</summary>
    public static Tensor<T> ByColumns<T>(T[][] rows) => rows.Length == 1 || rows[0].Length == 1
        ? ByRows(rows)
        : Tensor.Create(
            [.. Enumerable.Range(0, rows[0].Length).SelectMany(column => rows.Select(row => row[column]))],
            [rows.Length, rows[0].Length],
            [1, rows.Length]);

    /// <summary>The same table in both layouts.</summary>
    public static Tensor<T>[] InBothLayouts<T>(T[][] rows) => [ByRows(rows), ByColumns(rows)];

    /// <summary>A table of one column.</summary>
    public static Tensor<T> Column<T>(params T[] values) => Tensor.Create(values, [values.Length, 1]);

    /// <summary>The elements, row after row, whatever the layout.</summary>
    public static T[] Elements<T>(Tensor<T> table) => [.. table];

    /// <summary>Rows of normal-sized numbers whose columns differ in offset and spread.</summary>
    public static T[][] Rows<T>(int rows, int columns, int seed)
        where T : IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => (T[])
            [.. Enumerable.Range(0, columns).Select(c => T.CreateTruncating(c % 3 * 100 + (c + 1) * (random.NextDouble() - 0.5)))])];
    }
}
