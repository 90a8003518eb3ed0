using Parquet;
using Parquet.Schema;
using static System.FormattableString;

namespace Evenkeel.Tables.Parquet;

/// <summary>
/// Writes a Parquet file again, row group by row group, with new numbers in some columns and the other columns unchanged.
/// </summary>
/// <remarks>
/// A column with new numbers is one of doubles, with null where there is none. Of the other columns the values stay, but not how they are
/// encoded and compressed.
/// </remarks>
internal sealed class ParquetRewriter : IDisposable
{
    private readonly string _name;
    private readonly ParquetReader _reader;
    private readonly ParquetWriter _writer;
    private readonly FileStream _file;
    private readonly int[] _columnOf;
    private readonly int _columns;
    private readonly DataField[] _fields;
    private readonly List<double> _values = [];
    private readonly List<bool> _isKept = [];
    private int _group;

    /// <summary>Begins the file.</summary>
    /// <param name="name">The path of the file to read.</param>
    /// <param name="file">The file to read, opened for this, and owned.</param>
    /// <param name="columns">The columns with new numbers, by index.</param>
    /// <param name="output">The stream to write to.</param>
    /// <exception cref="InvalidDataException">The file has a column that cannot be copied.</exception>
    public ParquetRewriter(string name, FileStream file, IReadOnlyList<int> columns, Stream output)
    {
        _name = name;
        _file = file;
        _columns = columns.Count;
        try
        {
            _reader = ParquetReader.CreateAsync(file, leaveStreamOpen: true).GetAwaiter().GetResult();
            IReadOnlyList<Field> fields = _reader.Schema.Fields;
            _columnOf = new int[fields.Count];
            Array.Fill(_columnOf, -1);
            for (int c = 0; c < columns.Count; c++)
            {
                _columnOf[columns[c]] = c;
            }

            _fields = [.. fields.Select((field, index) => FieldOf(field, index))];
            _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), output, new ParquetOptions()).GetAwaiter().GetResult();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        if (_reader.CustomMetadata is { } metadata)
        {
            // What other programs note of the types of columns is true no longer.
            _writer.CustomMetadata = metadata.Where(pair => pair.Key is not ("pandas" or "ARROW:schema")).ToDictionary();
        }
    }

    /// <summary>Adds the next rows of the file.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="kept">The index of each row to write, in their order; −1 for none.</param>
    /// <param name="values">The new numbers, [kept, columns]; NaN is written as null.</param>
    /// <returns>The number of rows to write.</returns>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public int Add(int rows, ReadOnlySpan<int> kept, ReadOnlySpan<double> values)
    {
        int first = _isKept.Count, written = 0;
        for (int row = 0; row < rows; row++)
        {
            _isKept.Add(false);
        }

        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] >= 0)
            {
                _isKept[first + kept[i]] = true;
                _values.AddRange(values.Slice(i * _columns, _columns));
                written++;
            }
        }

        WriteGroups();
        return written;
    }

    /// <summary>Ends the file.</summary>
    public void Complete() => _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
    }

    private DataField FieldOf(Field field, int index) =>
        _columnOf[index] >= 0 ? new DataField(field.Name, typeof(double), isNullable: true)
        : field is DataField { IsArray: false, MaxRepetitionLevel: 0, MaxDefinitionLevel: <= 1 } data ? data
        : throw new InvalidDataException(Invariant(
            $"'{_name}', column {index + 1} ({field.Name}): is nested or repeated, and a file with such columns cannot be written again."));

    /// <summary>Writes the row groups that are complete.</summary>
    private void WriteGroups()
    {
        while (_group < _reader.RowGroupCount)
        {
            using ParquetRowGroupReader source = _reader.OpenRowGroupReader(_group);
            int rows = (int)source.RowCount;
            if (_isKept.Count < rows)
            {
                return;
            }

            int written = 0;
            var isKept = new bool[rows];
            for (int row = 0; row < rows; row++)
            {
                isKept[row] = _isKept[row];
                written += isKept[row] ? 1 : 0;
            }

            if (written > 0)
            {
                using ParquetRowGroupWriter target = _writer.CreateRowGroup();
                for (int index = 0; index < _fields.Length; index++)
                {
                    if (_columnOf[index] >= 0)
                    {
                        WriteNumbers(target, _fields[index], _columnOf[index], written);
                    }
                    else
                    {
                        ParquetCopy.Of(_fields[index]).Copy(source, target, isKept);
                    }
                }

                target.CompleteValidate();
            }

            _isKept.RemoveRange(0, rows);
            _values.RemoveRange(0, written * _columns);
            _group++;
        }
    }

    private void WriteNumbers(ParquetRowGroupWriter target, DataField field, int column, int rows)
    {
        var numbers = new double?[rows];
        for (int row = 0; row < rows; row++)
        {
            double number = _values[row * _columns + column];
            numbers[row] = double.IsNaN(number) ? null : number;
        }

        target.WriteAsync<double>(field, numbers).GetAwaiter().GetResult();
    }
}
