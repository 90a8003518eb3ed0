using System.Globalization;
using System.Text;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Onnx.Tests.Support;

/// <summary>The texts of a table's cells, row by row, and a CSV file of them; an empty text is a missing cell.</summary>
internal sealed class RawTable(string[] columns, string[][] rows)
{
    public int Rows => rows.Length;

    /// <summary>Creates a table of columns.</summary>
    public static RawTable Of(params (string Name, string[] Cells)[] columns) => new(
        [.. columns.Select(column => column.Name)],
        [.. Enumerable.Range(0, columns[0].Cells.Length).Select(row => columns.Select(column => column.Cells[row]).ToArray())]);

    /// <summary>The texts of a column.</summary>
    public string[] Texts(string column) => [.. rows.Select(row => row[Array.IndexOf(columns, column)])];

    /// <summary>The numbers of a column; NaN where a cell is missing.</summary>
    public double[] Numbers(string column) =>
        Array.ConvertAll(Texts(column), text => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Writes a CSV file.</summary>
    public TableFile Write(TemporaryFolder folder, string name)
    {
        var text = new StringBuilder();
        foreach (string[] row in (string[][])[columns, .. rows])
        {
            text.AppendJoin(',', row.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
        }

        return new TableFile(folder.Write(name, Encoding.UTF8.GetBytes(text.ToString())));
    }
}
