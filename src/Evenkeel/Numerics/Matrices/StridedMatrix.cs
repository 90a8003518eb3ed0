namespace Evenkeel.Numerics.Matrices;

/// <summary>A matrix in pinned memory: element (i, j) lies at Start + i·RowStride + j·ColumnStride.</summary>
internal readonly unsafe struct StridedMatrix(float* start, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Start = start;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;

    /// <summary>True if the rows are not runs of neighbouring elements, but the columns may be.</summary>
    public bool IsTransposed => ColumnStride != 1;

    /// <summary>The columns starting at <paramref name="first"/>.</summary>
    public StridedMatrix SliceColumns(int first, int count) => new(Start + first * ColumnStride, Rows, count, RowStride, ColumnStride);

    /// <summary>The rows starting at <paramref name="first"/>.</summary>
    public StridedMatrix SliceRows(int first, int count) => new(Start + first * RowStride, count, Columns, RowStride, ColumnStride);
}
