using Evenkeel.Tables.Typed;
using Parquet;
using Parquet.Schema;

namespace Evenkeel.Tables.Parquet;

/// <summary>A column of values of a type; buffers are used again.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <typeparam name="TFormat">How its values are numbers or texts.</typeparam>
internal sealed class ParquetColumnOf<T, TFormat>(DataField field, TFormat format, IReadOnlyList<byte[]> missing) : ParquetColumn(field)
    where T : struct
    where TFormat : struct, ICellFormat<T>
{
    private T[] _values = [];
    private int[] _levels = [];
    private int _row;
    private int _value;

    /// <inheritdoc/>
    public override TypedCells CreateCells() => new CellsOf<T, TFormat>(format, missing);

    /// <inheritdoc/>
    public override void TakeNext(int rows, TypedCells cells)
    {
        ((CellsOf<T, TFormat>)cells).Reserve(rows, out Span<T> values, out Span<bool> isPresent);
        if (Field.MaxDefinitionLevel == 0)
        {
            _values.AsSpan(_row, rows).CopyTo(values);
            isPresent.Fill(true);
        }
        else
        {
            // The values of the cells that have one, one after another.
            for (int row = 0; row < rows; row++)
            {
                isPresent[row] = _levels[_row + row] == Field.MaxDefinitionLevel;
                values[row] = isPresent[row] ? _values[_value++] : default;
            }
        }

        _row += rows;
    }

    /// <inheritdoc/>
    protected override void Decode(ParquetRowGroupReader group, int rows)
    {
        bool hasLevels = Field.MaxDefinitionLevel > 0;
        (_row, _value) = (0, 0);
        if (_values.Length < rows)
        {
            _values = new T[rows];
            _levels = hasLevels ? new int[rows] : [];
        }

        // What a damaged file does not fill is not left over from the row group before.
        Memory<T> values = _values.AsMemory(0, rows);
        Memory<int>? levels = null;
        values.Span.Clear();
        if (hasLevels)
        {
            levels = _levels.AsMemory(0, rows);
            levels.Value.Span.Fill(-1);
        }

        group.ReadRawAsync(Field, values, levels, null).AsTask().GetAwaiter().GetResult();
        if (levels is { } read && read.Span.ContainsAnyExceptInRange(0, Field.MaxDefinitionLevel))
        {
            throw new InvalidDataException("its pages have fewer values than the row group has rows");
        }
    }
}
