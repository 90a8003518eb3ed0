namespace Evenkeel.Tables.Preparation;

/// <summary>The cells of one column in a chunk, and the rows that count.</summary>
/// <param name="reader">The reader of the table, for messages.</param>
/// <param name="chunk">The chunk.</param>
/// <param name="column">The position of the column in it.</param>
/// <param name="rows">For each row of the table whether it counts; null if all do.</param>
internal readonly ref struct ColumnCells(TableReader reader, TableChunk chunk, int column, bool[]? rows)
{
    /// <summary>The number of rows of the chunk.</summary>
    public int Rows => chunk.Rows;

    /// <summary>The name of the table.</summary>
    public string Table => reader.Name;

    /// <summary>What a location counts: <c>line</c> or <c>row</c>.</summary>
    public string LocationWord => reader.LocationWord;

    /// <summary>What each cell is.</summary>
    public ReadOnlySpan<CellKind> Kinds => chunk.Kinds(column);

    /// <summary>The numbers; NaN where a cell is not a finite number.</summary>
    public ReadOnlySpan<double> Numbers => chunk.Numbers(column);

    /// <summary>A cell as UTF-8 text.</summary>
    public ReadOnlySpan<byte> Utf8Text(int row) => chunk.Utf8Text(column, row);

    /// <summary>A cell as UTF-8 text that is known to be such.</summary>
    /// <param name="row">The row in the chunk.</param>
    /// <param name="name">The name of the column.</param>
    /// <exception cref="InvalidDataException">The cell is not UTF-8.</exception>
    public ReadOnlySpan<byte> ValidText(int row, string name) => chunk.ValidText(column, row, reader.Name, name);

    /// <summary>The number of the line or row of a row of the chunk.</summary>
    public long Location(int row) => chunk.Location(row);

    /// <summary>Whether a row counts.</summary>
    public bool Counts(int row) => rows is null || rows[chunk.FirstRow + row];

    /// <summary>An exception about a cell.</summary>
    /// <param name="row">The row in the chunk.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="problem">What is wrong, as the end of a sentence that begins with the cell.</param>
    public TableCellException Error(int row, string name, string problem) =>
        new(reader.Name, chunk.Describe(row), name, System.Text.Encoding.UTF8.GetString(Utf8Text(row)), problem);
}
