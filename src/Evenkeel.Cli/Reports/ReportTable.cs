using Evenkeel.Studies.Reports;

namespace Evenkeel.Cli.Reports;

/// <summary>A table of a report, which scrolls if it is wider than the page.</summary>
internal static class ReportTable
{
    /// <summary>Returns the table as HTML.</summary>
    /// <param name="label">What the table holds; all tables of a page have different labels.</param>
    /// <param name="columns">The headings; numbers are aligned right.</param>
    /// <param name="rows">The cells, as HTML; the first one of a row is its heading.</param>
    /// <param name="style">The class of the table; empty for none.</param>
    public static string Of(
        string label, IReadOnlyList<(string Heading, bool IsNumber)> columns, IEnumerable<IReadOnlyList<string>> rows, string style = "")
    {
        string Class(int column) => columns[column].IsNumber ? " class=\"number\"" : "";
        string head = string.Concat(columns.Select((column, c) => $"<th scope=\"col\"{Class(c)}>{Html.Text(column.Heading)}</th>"));
        IEnumerable<string> body = rows.Select(row =>
            $"<tr>{string.Concat(row.Select((cell, c) => c == 0 ? $"<th scope=\"row\">{cell}</th>" : $"<td{Class(c)}>{cell}</td>"))}</tr>");
        string attribute = style.Length > 0 ? $" class=\"{style}\"" : "";
        return $"""
            <div class="wide" role="region" aria-label="{Html.Text(label)}" tabindex="0"><table{attribute}>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {string.Join('\n', body)}
            </tbody>
            </table></div>
            """;
    }
}
