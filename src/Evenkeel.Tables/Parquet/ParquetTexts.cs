using Evenkeel.Tables.Typed;
using Parquet;
using Parquet.Schema;

namespace Evenkeel.Tables.Parquet;

/// <summary>A column of texts.</summary>
internal sealed class ParquetTexts(DataField field, IReadOnlyList<byte[]> missing) : ParquetColumn(field)
{
    private string?[] _texts = [];
    private int _row;

    /// <inheritdoc/>
    public override TypedCells CreateCells() => new CellsOf<string?, TextFormat<string?>>(default, missing);

    /// <inheritdoc/>
    public override void TakeNext(int rows, TypedCells cells)
    {
        ((CellsOf<string?, TextFormat<string?>>)cells).Reserve(rows, out Span<string?> values, out Span<bool> isPresent);
        _texts.AsSpan(_row, rows).CopyTo(values);
        for (int row = 0; row < rows; row++)
        {
            isPresent[row] = values[row] is not null;
        }

        _row += rows;
    }

    /// <inheritdoc/>
    protected override void Decode(ParquetRowGroupReader group, int rows)
    {
        _row = 0;
        if (_texts.Length < rows)
        {
            _texts = new string?[rows];
        }

        _texts.AsSpan(0, rows).Clear();
        group.ReadAsync(Field, _texts.AsMemory(0, rows)!).AsTask().GetAwaiter().GetResult();
    }
}
