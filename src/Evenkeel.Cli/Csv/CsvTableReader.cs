using System.Text;
using CsvHelper;

namespace Evenkeel.Cli.Csv;

/// <summary>Reads the numbers of chunks; on several threads, each with a chunk and table of its own.</summary>
internal sealed class CsvTableReader(CsvInput input, CsvColumns columns, CellPolicy policy)
{
    private const int LongestQuotation = 40;

    /// <summary>Reads the numbers of a chunk into a table.</summary>
    /// <exception cref="InvalidDataException">A cell or a row is not right, and the policy is to stop.</exception>
    public void Read(CsvChunk chunk, CsvTable table)
    {
        table.Clear();
        using CsvReader reader = CsvReader.Create(chunk.Text, input.Dialect.ReaderOptions);
        for (int record = 0; reader.Read(); record++)
        {
            if (reader.FieldCount != input.Columns.Count)
            {
                // Its cells may not be those of their columns: none of them counts.
                if (TolerateRagged(reader.FieldCount, table, chunk.Lines[record]))
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

    /// <summary>Meets a problem as the policy says; returns whether the row stays.</summary>
    /// <param name="table">Where problems are counted.</param>
    /// <param name="line">The line in which the row begins.</param>
    /// <param name="field">The cell, from 0; null for the whole row.</param>
    /// <param name="what">What is wrong.</param>
    public bool Tolerate(CsvTable table, long line, int? field, Func<string> what)
    {
        // A million of them need a million counts, but one text.
        string? text = table.Problems.First is null
            ? FormattableString.Invariant($"'{input.Name}', line {line}")
                + (field is { } f ? FormattableString.Invariant($", column {f + 1} ({input.Columns[f]}): ") : ": ")
                + what()
            : null;
        if (policy == CellPolicy.Stop)
        {
            throw new InvalidDataException($"{text}; --on-error skip or keep would go on.");
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

    // In methods of their own, since what a lambda captures is made on entry.
    private bool TolerateRagged(int cells, CsvTable table, long line) => Tolerate(
        table, line, null, () => FormattableString.Invariant($"{cells} instead of {input.Columns.Count} cells"));

    private bool TolerateCell(CsvReader reader, int field, CellKind kind, CsvTable table, long line) => Tolerate(
        table, line, field, () => Quote(reader, field) + (kind == CellKind.Infinity ? " is infinite" : " is not a number"));

    // Such a row counts for nothing, and stays out even where cells are kept.
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
        string quoted = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuotation)]);
        return quoted.Length <= LongestQuotation ? $"'{quoted}'" : $"'{quoted[..LongestQuotation]}…'";
    }
}
