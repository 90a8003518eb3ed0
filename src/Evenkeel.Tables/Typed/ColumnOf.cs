namespace Evenkeel.Tables.Typed;

/// <summary>A column of a type in memory; a null is missing.</summary>
internal sealed class ColumnOf<T, TFormat>(T[] values, TFormat format) : TypedColumn
    where TFormat : struct, ICellFormat<T>
{
    /// <inheritdoc/>
    public override int Rows => values.Length;

    /// <inheritdoc/>
    public override TypedCells CreateCells() => new CellsOf<T, TFormat>(format, []);

    /// <inheritdoc/>
    public override void CopyTo(int first, int rows, TypedCells cells)
    {
        ((CellsOf<T, TFormat>)cells).Reserve(rows, out Span<T> taken, out Span<bool> isPresent);
        values.AsSpan(first, rows).CopyTo(taken);
        for (int row = 0; row < rows; row++)
        {
            isPresent[row] = taken[row] is not null;
        }
    }
}
