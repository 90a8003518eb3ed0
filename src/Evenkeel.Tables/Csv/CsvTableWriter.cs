using System.Buffers;
using System.Text;
using CsvHelper;
using Evenkeel.Tables.Texts;
using static System.FormattableString;

namespace Evenkeel.Tables.Csv;

/// <summary>Writes chunks with new numbers in some columns and everything else unchanged.</summary>
internal sealed class CsvTableWriter
{
    private readonly CsvInput _input;
    private readonly int[] _columnOf;
    private readonly int _columns;
    private readonly byte _delimiter;
    private readonly bool _quotesNumbers;

    /// <summary>Creates a writer.</summary>
    /// <param name="input">The file that the chunks come from.</param>
    /// <param name="columns">The columns with new numbers.</param>
    public CsvTableWriter(CsvInput input, IReadOnlyList<int> columns)
    {
        _input = input;
        _columnOf = new int[input.Columns.Count];
        _columns = columns.Count;
        Array.Fill(_columnOf, -1);
        for (int c = 0; c < columns.Count; c++)
        {
            _columnOf[columns[c]] = c;
        }

        char delimiter = input.Dialect.Delimiter;
        _delimiter = (byte)delimiter;
        _quotesNumbers = delimiter is '-' or '+' || delimiter == input.Dialect.Numbers.NumberDecimalSeparator[0];
    }

    /// <summary>Writes records of a chunk; returns their number.</summary>
    /// <param name="chunk">The records.</param>
    /// <param name="rows">The index of each record to write, in their order; −1 for none.</param>
    /// <param name="values">The new numbers, [rows, columns]; NaN leaves a cell unchanged.</param>
    /// <param name="texts">Scratch space for the formatted numbers.</param>
    /// <param name="output">The buffer to write to.</param>
    public int Write(
        CsvChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<double> values, NumberTexts texts, ArrayBufferWriter<byte> output)
    {
        texts.Set(values, _input.Dialect.Numbers);
        using CsvReader reader = CsvReader.Create(chunk.Text, _input.Dialect.ReaderOptions);
        int record = -1, written = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] < 0)
            {
                continue;
            }

            for (; record < rows[row]; record++)
            {
                _ = reader.Read();
            }

            if (chunk.Malformed(record) is null)
            {
                CheckNotMissing(chunk.Lines[record], values, row * _columns, texts);
                WriteRow(reader, values, row * _columns, texts, output);
            }
            else
            {
                output.Write(reader.RawRecord);
            }

            output.Write(chunk.Ending(record));
            written++;
        }

        return written;
    }

    /// <summary>Throws if a new number would be read as a missing value.</summary>
    private void CheckNotMissing(long line, ReadOnlySpan<double> values, int start, NumberTexts texts)
    {
        if (_input.Dialect.Missing.Count == 0)
        {
            return;
        }

        for (int field = 0; field < _columnOf.Length; field++)
        {
            int column = _columnOf[field];
            if (column >= 0 && !double.IsNaN(values[start + column]) && _input.Dialect.IsMissingText(texts[start + column]))
            {
                string text = Encoding.ASCII.GetString(texts[start + column]);
                throw new InvalidDataException(
                    Invariant($"'{_input.Name}', line {line}, column {field + 1} ({Visible.Of(_input.Columns[field])}): the new number is ")
                    + $"{text}, which --missing takes for a missing value; write missing values in another way.");
            }
        }
    }

    private void WriteRow(CsvReader reader, ReadOnlySpan<double> values, int start, NumberTexts texts, ArrayBufferWriter<byte> output)
    {
        for (int field = 0; field < reader.FieldCount; field++)
        {
            if (field > 0)
            {
                output.Write([_delimiter]);
            }

            int column = field < _columnOf.Length ? _columnOf[field] : -1;
            ReadOnlySpan<byte> cell = reader.GetRawSpan(field);
            if (column < 0 || double.IsNaN(values[start + column]))
            {
                output.Write(cell);
            }
            else if (_quotesNumbers || cell[0] == '"')
            {
                output.Write("\""u8);
                output.Write(texts[start + column]);
                output.Write("\""u8);
            }
            else
            {
                output.Write(texts[start + column]);
            }
        }
    }
}
