using static System.FormattableString;

namespace Evenkeel.Tables.Typed;

/// <summary>Rows of a table whose columns have types.</summary>
/// <param name="indices">The columns that were asked for.</param>
/// <param name="columns">Their cells.</param>
internal sealed class TypedChunk(IReadOnlyList<int> indices, IReadOnlyList<TypedCells> columns) : TableChunk
{
    /// <summary>The most rows of a chunk.</summary>
    public const int MostRows = 16 * 1024;

    private int _rows;

    /// <inheritdoc/>
    public override int Rows => _rows;

    /// <summary>The columns that were asked for.</summary>
    public IReadOnlyList<int> Indices => indices;

    /// <summary>The cells of the columns.</summary>
    public IReadOnlyList<TypedCells> Columns => columns;

    /// <summary>Tells which rows the cells are of.</summary>
    public void Set(long firstRow, int rows) => (FirstRow, _rows) = (firstRow, rows);

    /// <inheritdoc/>
    public override ReadOnlySpan<CellKind> Kinds(int column) => columns[column].Kinds;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Numbers(int column) => columns[column].Numbers;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Utf8Text(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_rows, nameof(row));
        return columns[column].Utf8Text(row);
    }

    /// <inheritdoc/>
    public override string Describe(int row) => Invariant($"row {Location(row)}");

    /// <inheritdoc/>
    public override string? Problem(int row) => null;

    /// <inheritdoc/>
    internal override long Location(int row) => FirstRow + row + 1;

    /// <inheritdoc/>
    internal override void Parse()
    {
        foreach (TypedCells cells in columns)
        {
            cells.Parse();
        }
    }
}
