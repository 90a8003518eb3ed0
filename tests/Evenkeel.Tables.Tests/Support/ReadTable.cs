using System.Globalization;
using System.Text;

namespace Evenkeel.Tables.Tests.Support;

/// <summary>A table that was read to its end.</summary>
internal static class ReadTable
{
    /// <summary>The cells of some columns, row by row: numbers as such, missing cells as null, texts in quotes, infinities as ∞.</summary>
    public static string[] Rows(TableReader reader, params int[] columns)
    {
        int[] indices = columns.Length > 0 ? columns : [.. Enumerable.Range(0, reader.Columns.Count)];
        var rows = new List<string>();
        reader.Read(
            indices,
            () => new List<string>(),
            (chunk, job) =>
            {
                job.Clear();
                for (int row = 0; row < chunk.Rows; row++)
                {
                    job.Add(string.Join(' ', indices.Select((_, c) => Cell(chunk, c, row))));
                }
            },
            (chunk, job) =>
            {
                Assert.Equal(rows.Count, chunk.FirstRow);
                rows.AddRange(job);
            });
        return [.. rows];
    }

    /// <summary>Opens a table and reads it.</summary>
    public static string[] Rows(TableSource source, params int[] columns)
    {
        using TableReader reader = source.Open();
        return Rows(reader, columns);
    }

    private static string Cell(TableChunk chunk, int column, int row)
    {
        double number = chunk.Numbers(column)[row];
        CellKind kind = chunk.Kinds(column)[row];
        Assert.Equal(kind == CellKind.Number, double.IsFinite(number));
        return kind switch
        {
            CellKind.Number => number.ToString("R", CultureInfo.InvariantCulture),
            CellKind.Missing => "null",
            CellKind.Infinity => "∞",
            _ => $"'{Encoding.UTF8.GetString(chunk.Utf8Text(column, row))}'",
        };
    }
}
