using System.Globalization;
using CsvHelper;

namespace Evenkeel.Cli.Csv;

/// <summary>How a CSV file is written.</summary>
internal sealed record CsvDialect
{
    /// <summary>What separates cells.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>How numbers are written.</summary>
    public NumberFormatInfo Numbers { get; init; } = NumberCulture.Point;

    /// <summary>Whether the first record has the names of the columns; else they are called 1, 2, 3 and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>How many lines come before the header.</summary>
    public int SkippedLines { get; init; }

    /// <summary>What stands for a missing value, beside an empty cell and NaN.</summary>
    public IReadOnlyList<byte[]> Missing { get; init; } = [];

    /// <summary>The options of a reader for this dialect, to which the header is a record as any other.</summary>
    public CsvReaderOptions ReaderOptions => new() { Separator = Delimiter, HasHeader = false, FormatProvider = Numbers };

    /// <summary>Reads a cell of the record that a reader is at.</summary>
    /// <param name="reader">The reader; a cell beyond the end of its record is empty.</param>
    /// <param name="field">The cell's number, from 0.</param>
    /// <param name="value">The number; NaN where the cell has none.</param>
    public CellKind Read(CsvReader reader, int field, out double value)
    {
        value = double.NaN;
        ReadOnlySpan<byte> text = reader.GetSpan(field);
        if (IsMissing(text))
        {
            return CellKind.Missing;
        }

        // A NUL behind a number counts for nothing when .NET reads it.
        if (!reader.TryParse(field, out double number) || text[^1] == 0)
        {
            return CellKind.Text;
        }

        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? CellKind.Missing : CellKind.Infinity;
        }

        value = number;
        return CellKind.Number;
    }

    private bool IsMissing(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> trimmed = text.Trim(" \t"u8);
        foreach (byte[] missing in Missing)
        {
            if (trimmed.SequenceEqual(missing))
            {
                return true;
            }
        }

        return trimmed.IsEmpty;
    }
}
