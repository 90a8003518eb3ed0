using System.Text;
using CsvHelper;
using Evenkeel.Cli.Shell;
using static System.FormattableString;

namespace Evenkeel.Cli.Csv;

/// <summary>Reads the numbers of chunks, on several threads if each has its own chunk and table.</summary>
/// <param name="input">The file that the chunks come from.</param>
/// <param name="columns">The columns to read.</param>
/// <param name="policy">How to treat cells that are not numbers.</param>
/// <param name="hint">What a message adds where reading stops.</param>
internal sealed class CsvTableReader(
    CsvInput input, CsvColumns columns, CellPolicy policy, string hint = "; use --on-error skip or keep to continue")
{
    private const int LongestQuotation = 40;

    /// <summary>Reads the numbers of a chunk into a table.</summary>
    /// <exception cref="InvalidDataException">A cell or row is invalid, and the policy is to stop.</exception>
    public void Read(CsvChunk chunk, CsvTable table)
    {
        table.Clear();
        using CsvReader reader = CsvReader.Create(chunk.Text, input.Dialect.ReaderOptions);
        for (int record = 0; reader.Read(); record++)
        {
            if (chunk.Malformed(record) is not null || reader.FieldCount != input.Columns.Count)
            {
                // Its cells may belong to other columns, so none of them counts.
                if (TolerateRecord(chunk, record, reader.FieldCount, table))
                {
                    table.NextRow().Fill(double.NaN);
                    table.Add(record, columns.Weight is null ? null : 0);
                }
            }
            else if (ReadRow(reader, chunk.Lines[record], table))
            {
                table.Add(record, columns.Weight is { } field ? Weight(reader, field) : null);
            }
        }
    }

    /// <summary>Handles a problem according to the policy; returns true if the row is kept.</summary>
    /// <param name="table">The table that counts problems.</param>
    /// <param name="line">The line in which the row begins.</param>
    /// <param name="field">The index of the cell, from 0; null for the whole row.</param>
    /// <param name="what">What is wrong.</param>
    public bool Tolerate(CsvTable table, long line, int? field, Func<string> what)
    {
        // Only the first problem needs a text.
        string? text = table.Problems.First is null
            ? Invariant($"'{input.Name}', line {line}")
                + (field is { } f ? Invariant($", column {f + 1} ({Visible.Of(input.Columns[f])}): ") : ": ")
                + what()
            : null;
        if (policy == CellPolicy.Stop)
        {
            throw new InvalidDataException($"{text}{hint}.");
        }

        table.Problems = table.Problems.And(new CsvProblems(1, text));
        return policy == CellPolicy.Keep;
    }

    private bool ReadRow(CsvReader reader, long line, CsvTable table)
    {
        Span<double> row = table.NextRow();
        for (int c = 0; c < row.Length; c++)
        {
            CellKind kind = input.Dialect.Read(reader, columns.Fields[c], out row[c]);
            if (kind >= CellKind.Infinity && !TolerateCell(reader, columns.Fields[c], kind, table, line))
            {
                return false;
            }
        }

        return columns.Weight is not { } weight || Weight(reader, weight) >= 0 || TolerateWeight(reader, weight, table, line);
    }

    // Separate methods, since the closure of a lambda is allocated on entry to the method.
    private bool TolerateRecord(CsvChunk chunk, int record, int cells, CsvTable table) => Tolerate(
        table, chunk.Lines[record], null, () => chunk.Malformed(record) ?? Invariant($"{cells} instead of {input.Columns.Count} cells"));

    private bool TolerateCell(CsvReader reader, int field, CellKind kind, CsvTable table, long line) => Tolerate(
        table,
        line,
        field,
        () => Quote(reader, field) + CellHint.Of(Encoding.UTF8.GetString(reader.GetSpan(field)), kind, input.Dialect.Numbers));

    // A row without a valid weight is excluded even if cells are kept.
    private bool TolerateWeight(CsvReader reader, int field, CsvTable table, long line) => Tolerate(
        table, line, field, () => $"the weight {Quote(reader, field)} is not a finite number of at least 0") && false;

    private double Weight(CsvReader reader, int field)
    {
        _ = input.Dialect.Read(reader, field, out double weight);
        return weight;
    }

    private static string Quote(CsvReader reader, int field)
    {
        ReadOnlySpan<byte> text = reader.GetSpan(field);
        string quoted = Visible.Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuotation)]));
        return quoted.Length <= LongestQuotation ? $"'{quoted}'" : $"'{quoted[..LongestQuotation]}…'";
    }
}
