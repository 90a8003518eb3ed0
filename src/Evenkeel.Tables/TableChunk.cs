using System.Text.Unicode;

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

    /// <summary>A cell as UTF-8 text that is known to be such, so that different texts stay different as strings.</summary>
    /// <param name="column">The position of the column among those that were asked for.</param>
    /// <param name="row">The row in this chunk.</param>
    /// <param name="table">The name of the table.</param>
    /// <param name="name">The name of the column.</param>
    /// <exception cref="InvalidDataException">The cell is not UTF-8.</exception>
    internal ReadOnlySpan<byte> ValidText(int column, int row, string table, string name)
    {
        ReadOnlySpan<byte> text = Utf8Text(column, row);
        return Utf8.IsValid(text) ? text : throw NotUtf8(table, Describe(row), name);
    }

    /// <summary>An exception about a cell whose bytes are not UTF-8.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="location">Where the row is.</param>
    /// <param name="name">The name of the column.</param>
    internal static InvalidDataException NotUtf8(string table, string location, string name) => new(
        $"'{table}', {location}, column '{name}' is not UTF-8 text; convert the file, for example: iconv -f latin1 -t utf8.");

    /// <summary>Parses the rows that <see cref="TableReader.Fill"/> put in, on any thread.</summary>
    internal abstract void Parse();
}
