namespace Evenkeel.Tables.Typed;

/// <summary>Reads columns in memory.</summary>
internal sealed class ColumnsReader(string name, IReadOnlyList<string> names, IReadOnlyList<TypedColumn> columns) : TableReader
{
    private int _next;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => names;

    /// <inheritdoc/>
    public override long? Length => null;

    /// <inheritdoc/>
    public override long Position => 0;

    /// <inheritdoc/>
    internal override string LocationWord => "row";

    private int Rows => columns.Count == 0 ? 0 : columns[0].Rows;

    /// <inheritdoc/>
    internal override TableChunk Peek(IReadOnlyList<int> wanted)
    {
        TableChunk chunk = CreateChunk(wanted);
        _ = Fill(chunk);
        _next = 0;
        chunk.Parse();
        return chunk;
    }

    /// <inheritdoc/>
    internal override TableChunk CreateChunk(IReadOnlyList<int> wanted) =>
        new TypedChunk(wanted, [.. wanted.Select(index => columns[index].CreateCells())]);

    /// <inheritdoc/>
    internal override bool Fill(TableChunk chunk)
    {
        var typed = (TypedChunk)chunk;
        int rows = Math.Min(TypedChunk.MostRows, Rows - _next);
        typed.Set(_next, rows);
        for (int c = 0; c < typed.Columns.Count; c++)
        {
            columns[typed.Indices[c]].CopyTo(_next, rows, typed.Columns[c]);
        }

        _next += rows;
        return rows > 0;
    }
}
