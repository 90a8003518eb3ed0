namespace Evenkeel.Tables;

/// <summary>Consecutive rows of a table, column by column: the columns that were asked for, in that order.</summary>
public abstract class TableChunk
{
    private protected TableChunk()
    {
    }

    /// <summary>The number of the first row, counted from 0.</summary>
    public long FirstRow { get; private protected set; }

    /// <summary>The number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>What a cell is, for each row of a column.</summary>
    /// <param name="column">The position of the column among those that were asked for.</param>
    public abstract ReadOnlySpan<CellKind> Kinds(int column);

    /// <summary>The numbers of a column; NaN where a cell is not a finite number.</summary>
    /// <param name="column">The position of the column among those that were asked for.</param>
    public abstract ReadOnlySpan<double> Numbers(int column);

    /// <summary>
    /// A cell as UTF-8 text, without blanks around it: as it is in a CSV file; the shortest text of a number of
    /// a typed column.
    /// </summary>
    /// <param name="column">The position of the column among those that were asked for.</param>
    /// <param name="row">The row in this chunk.</param>
    public abstract ReadOnlySpan<byte> Utf8Text(int column, int row);

    /// <summary>
    /// Where a row is, for messages: <c>line 17</c> of a text file, otherwise <c>row 16</c>, counted from 1 without a header.
    /// </summary>
    /// <param name="row">The row in this chunk.</param>
    public abstract string Describe(int row);

    /// <summary>
    /// What is wrong with a whole row, such as <c>5 instead of 7 cells</c>; its cells are missing then. Null if nothing is.
    /// </summary>
    /// <param name="row">The row in this chunk.</param>
    public abstract string? Problem(int row);

    /// <summary>Whether any row has a problem.</summary>
    internal virtual bool HasProblems => false;

    /// <summary>The number of the line or row of a row, as in <see cref="Describe"/>.</summary>
    /// <param name="row">The row in this chunk.</param>
    internal abstract long Location(int row);

    /// <summary>Parses the rows that <see cref="TableReader.Fill"/> put in, on any thread.</summary>
    internal abstract void Parse();
}
