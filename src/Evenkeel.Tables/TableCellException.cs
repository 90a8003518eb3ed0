namespace Evenkeel.Tables;

/// <summary>Thrown where a cell of a table cannot be used.</summary>
/// <param name="table">The name of the table, as the path of its file.</param>
/// <param name="location">Where its row is, such as <c>line 17</c>.</param>
/// <param name="column">The name of its column.</param>
/// <param name="text">Its text.</param>
/// <param name="problem">What is wrong, as the end of a sentence that begins with the cell.</param>
public sealed class TableCellException(string table, string location, string column, string text, string problem)
    : FormatException($"'{table}', {location}, column '{column}': '{Shortened(text)}' {problem}.")
{
    private const int LongestQuotation = 40;

    /// <summary>The name of the table.</summary>
    public string Table { get; } = table;

    /// <summary>Where the row of the cell is, such as <c>line 17</c>.</summary>
    public string Location { get; } = location;

    /// <summary>The name of the column.</summary>
    public string Column { get; } = column;

    /// <summary>The text of the cell.</summary>
    public string Text { get; } = text;

    private static string Shortened(string text) => text.Length <= LongestQuotation ? text : text[..LongestQuotation] + "…";
}
