namespace Evenkeel.Tables.Typed;

/// <summary>A column in memory, from which chunks take their cells.</summary>
internal abstract class TypedColumn
{
    /// <summary>The number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Creates the cells of a chunk.</summary>
    public abstract TypedCells CreateCells();

    /// <summary>Copies values to the cells of a chunk.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="cells">The cells, which <see cref="CreateCells"/> made.</param>
    public abstract void CopyTo(int first, int rows, TypedCells cells);
}
