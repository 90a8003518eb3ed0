using System.Globalization;
using CsvHelper;

namespace Evenkeel.Tables.Csv;

/// <summary>The format of a CSV file.</summary>
internal sealed record CsvDialect
{
    /// <summary>The character between cells.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether the user named the delimiter, so that a line <c>sep=;</c> does not change it.</summary>
    public bool IsDelimiterGiven { get; init; }

    /// <summary>The format of numbers.</summary>
    public NumberFormatInfo Numbers { get; init; } = NumberCulture.Point;

    /// <summary>True if the first record has the names of the columns; otherwise they are named 1, 2, 3 and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The number of lines before the header.</summary>
    public int SkippedLines { get; init; }

    /// <summary>The texts that mean a missing value, besides an empty cell and NaN.</summary>
    public IReadOnlyList<byte[]> Missing { get; init; } = [];

    /// <summary>The options of a reader for this format, which reads the header like any other record.</summary>
    public CsvReaderOptions ReaderOptions => new()
    {
        Separator = Delimiter,
        DetectSeparatorHint = false, // CsvBeginning finds the line sep=;
        HasHeader = false,
        FormatProvider = Numbers,
    };

    /// <summary>Whether a character may separate cells: ASCII, and not a letter, a digit, a quote, a line break or NUL.</summary>
    public static bool IsDelimiter(char character) =>
        char.IsAscii(character) && character is not ('"' or '\r' or '\n' or '\0') && !char.IsAsciiLetterOrDigit(character);

    /// <summary>Reads a cell of the current record of a reader.</summary>
    /// <param name="reader">The reader; a cell beyond the end of its record is empty.</param>
    /// <param name="field">The index of the cell, from 0.</param>
    /// <param name="value">The number; NaN if the cell is not a finite number.</param>
    public CellKind Read(CsvReader reader, int field, out double value) => Read(reader, field, out value, out _);

    /// <summary>Reads a cell of the current record of a reader.</summary>
    /// <param name="reader">The reader; a cell beyond the end of its record is empty.</param>
    /// <param name="field">The index of the cell, from 0.</param>
    /// <param name="value">The number; NaN if the cell is not a finite number.</param>
    /// <param name="text">The text, without blanks around it.</param>
    public CellKind Read(CsvReader reader, int field, out double value, out ReadOnlySpan<byte> text)
    {
        value = double.NaN;
        text = reader.GetSpan(field).Trim(" \t"u8);
        if (text.IsEmpty || IsMissingText(text))
        {
            return CellKind.Missing;
        }

        // .NET ignores line breaks and other blanks around a number, and a NUL behind it.
        if (!reader.TryParse(field, out double number) || text[0] < ' ' || text[^1] < ' ')
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

    /// <summary>Whether a text is one of those that mean a missing value.</summary>
    public bool IsMissingText(ReadOnlySpan<byte> text)
    {
        foreach (byte[] missing in Missing)
        {
            if (text.SequenceEqual(missing))
            {
                return true;
            }
        }

        return false;
    }
}
