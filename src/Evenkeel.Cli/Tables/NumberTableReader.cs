using System.Runtime.InteropServices;
using System.Text;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;
using Evenkeel.Tables.Texts;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>Reads the numbers of chunks, on several threads if each has its own chunk and table.</summary>
/// <param name="input">The table that the chunks come from.</param>
/// <param name="columns">The columns to read.</param>
/// <param name="policy">How to treat cells that are not numbers.</param>
/// <param name="hints">What messages add where reading stops.</param>
internal sealed class NumberTableReader(TableReader input, ColumnSelection columns, CellPolicy policy, ErrorHints hints)
{
    private const int LongestQuotation = 40;

    /// <summary>Reads the numbers of a chunk, which has <see cref="ColumnSelection.Read"/>, into a table.</summary>
    /// <exception cref="InvalidDataException">A cell or row is invalid, and the policy is to stop.</exception>
    public void Read(TableChunk chunk, NumberTable table)
    {
        table.Clear();
        if (IsClean(chunk))
        {
            ReadAll(chunk, table);
            return;
        }

        for (int row = 0; row < chunk.Rows; row++)
        {
            if (chunk.Problem(row) is { } problem)
            {
                // Its cells may belong to other columns, so none of them counts.
                if (Tolerate(table, chunk.Location(row), null, hints.Row, () => problem))
                {
                    table.NextRow().Fill(double.NaN);
                    table.Add(row, columns.Weight is null ? null : 0);
                }
            }
            else if (ReadRow(chunk, row, table))
            {
                table.Add(row, columns.Weight is null ? null : chunk.Numbers(columns.Fields.Count)[row]);
            }
        }
    }

    /// <summary>Handles a number that a scaler refuses according to the policy; returns true if the row is kept.</summary>
    /// <param name="table">The table that counts problems.</param>
    /// <param name="location">Where the row is.</param>
    /// <param name="field">The index of the column, from 0.</param>
    /// <param name="what">What is wrong.</param>
    public bool Tolerate(NumberTable table, long location, int field, Func<string> what) =>
        Tolerate(table, location, field, hints.Row, what);

    private bool Tolerate(NumberTable table, long location, int? field, string hint, Func<string> what)
    {
        // Only the first problem needs a text.
        string? text = table.Problems.First is null
            ? Invariant($"'{input.Name}', {input.LocationWord} {location}")
                + (field is { } f ? Invariant($", column {f + 1} ({Visible.Of(input.Columns[f])}): ") : ": ")
                + what()
            : null;
        if (policy == CellPolicy.Stop)
        {
            throw new InvalidDataException($"{text}{hint}.");
        }

        table.Problems = table.Problems.And(new TableProblems(1, text));
        return policy == CellPolicy.Keep;
    }

    /// <summary>Whether all cells are numbers or missing, and all weights valid.</summary>
    private bool IsClean(TableChunk chunk)
    {
        if (chunk.HasProblems)
        {
            return false;
        }

        for (int c = 0; c < columns.Fields.Count; c++)
        {
            if (MemoryMarshal.AsBytes(chunk.Kinds(c)).IndexOfAnyInRange((byte)CellKind.Infinity, (byte)CellKind.Text) >= 0)
            {
                return false;
            }
        }

        if (columns.Weight is not null)
        {
            foreach (double weight in chunk.Numbers(columns.Fields.Count))
            {
                if (!(weight >= 0))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void ReadAll(TableChunk chunk, NumberTable table)
    {
        int width = columns.Fields.Count;
        Span<double> values = table.AddRows(chunk.Rows, columns.Weight is null ? [] : chunk.Numbers(width));
        for (int c = 0; c < width; c++)
        {
            ReadOnlySpan<double> numbers = chunk.Numbers(c);
            for (int row = 0, i = c; row < numbers.Length; row++, i += width)
            {
                values[i] = numbers[row];
            }
        }
    }

    private bool ReadRow(TableChunk chunk, int row, NumberTable table)
    {
        Span<double> numbers = table.NextRow();
        for (int c = 0; c < numbers.Length; c++)
        {
            numbers[c] = chunk.Numbers(c)[row];
            if (chunk.Kinds(c)[row] >= CellKind.Infinity && !TolerateCell(chunk, row, c, table))
            {
                return false;
            }
        }

        return columns.Weight is null || chunk.Numbers(numbers.Length)[row] >= 0 || TolerateWeight(chunk, row, table);
    }

    // Separate methods, since the closure of a lambda is allocated on entry to the method.
    private bool TolerateCell(TableChunk chunk, int row, int column, NumberTable table) => Tolerate(
        table,
        chunk.Location(row),
        columns.Fields[column],
        hints.Cell,
        () => Quote(chunk, column, row)
            + CellHint.Of(Encoding.UTF8.GetString(chunk.Utf8Text(column, row)), chunk.Kinds(column)[row], Numbers));

    // A row without a valid weight is excluded even if cells are kept.
    private bool TolerateWeight(TableChunk chunk, int row, NumberTable table) => Tolerate(
        table,
        chunk.Location(row),
        columns.Weight!.Value,
        hints.Row,
        () => $"the weight {Quote(chunk, columns.Fields.Count, row)} is not a finite number of at least 0") && false;

    private System.Globalization.NumberFormatInfo Numbers => input is CsvInput csv ? csv.Dialect.Numbers : NumberCulture.Point;

    private static string Quote(TableChunk chunk, int column, int row)
    {
        ReadOnlySpan<byte> text = chunk.Utf8Text(column, row);
        string quoted = Visible.Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuotation)]));
        return quoted.Length <= LongestQuotation ? $"'{quoted}'" : $"'{quoted[..LongestQuotation]}…'";
    }
}
