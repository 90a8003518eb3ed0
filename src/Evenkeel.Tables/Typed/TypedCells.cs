namespace Evenkeel.Tables.Typed;

/// <summary>The cells of a column of a chunk, in a table whose columns have types.</summary>
internal abstract class TypedCells
{
    /// <summary>What each cell is.</summary>
    public abstract ReadOnlySpan<CellKind> Kinds { get; }

    /// <summary>The numbers.</summary>
    public abstract ReadOnlySpan<double> Numbers { get; }

    /// <summary>The text of a cell in UTF-8, without blanks around it.</summary>
    public abstract ReadOnlySpan<byte> Utf8Text(int row);

    /// <summary>Finds kinds, numbers and texts of the values.</summary>
    public abstract void Parse();
}
