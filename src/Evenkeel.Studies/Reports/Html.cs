using System.Globalization;
using System.Net;

namespace Evenkeel.Studies.Reports;

/// <summary>Formats text and numbers for a report.</summary>
internal static class Html
{
    /// <summary>Encodes text so that it cannot become markup.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Encodes a sentence, whose numbers stay on one line with their percent signs.</summary>
    public static string Sentence(string text) => Text(text).Replace(" %", "&nbsp;%", StringComparison.Ordinal);

    /// <summary>Returns the text with an upper-case first letter.</summary>
    public static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => fraction.ToString("0 %", CultureInfo.InvariantCulture);

    public static string Percent1(double fraction) => fraction.ToString("0.0 %", CultureInfo.InvariantCulture);

    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    public static string Times(int times) => times switch { 1 => "once", 2 => "twice", _ => $"{times} times" };

    /// <summary>Details that are folded until the reader opens them.</summary>
    /// <param name="summary">What they are.</param>
    /// <param name="content">The details, as HTML.</param>
    public static string Folded(string summary, string content) =>
        $"""
        <details>
        <summary>{Text(summary)}</summary>
        {content}
        </details>
        """;

    /// <summary>A table, which scrolls if it is wider than the page.</summary>
    public static string Table(StudyTable table)
    {
        string Class(int column) => table.Columns[column].IsWords ? "" : " class=\"number\"";
        IEnumerable<string> head = table.Columns.Select((column, i) => $"<th{Class(i)}>{Text(column.Name)}</th>");
        string Content(StudyCell cell) => cell.IsGood ? $"<strong>{Text(cell.Text)}</strong>" : Text(cell.Text);
        IEnumerable<string> rows = table.Rows.Select(row =>
            $"<tr>{string.Concat(row.Select((cell, i) => $"<td{Class(i)}>{Content(cell)}</td>"))}</tr>");
        return $"""
            <div class="wide" role="region" aria-label="All numbers" tabindex="0"><table>
            <caption>{Text(table.Caption)}</caption>
            <thead><tr>{string.Concat(head)}</tr></thead>
            <tbody>
            {string.Join('\n', rows)}
            </tbody>
            </table></div>
            """;
    }
}
