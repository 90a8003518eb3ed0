using Evenkeel.Formats;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Cli.Reports;

/// <summary>The columns that the model does not use, and why.</summary>
internal static class LeftOutSection
{
    private const int MostColumns = 100;

    private static readonly (string Heading, bool IsNumber)[] Headings = [("column", false), ("holds", false), ("reason", false)];

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report)
    {
        IReadOnlyList<string>[] rows =
        [
            .. report.Result.LeftOut.Select(column => (IReadOnlyList<string>)
                [ReportText.Name(column.Name), JsonNames.Of(column.Kind), Reason(column.Kind)]),
            .. report.Inspection.NotChosen.Select(name => (IReadOnlyList<string>)[ReportText.Name(name), Kind(report, name), "not chosen"]),
        ];
        if (rows.Length == 0)
        {
            return """
                <h2>Columns left out</h2>
                <p>None: all columns are used.</p>
                """;
        }

        string limit = rows.Length > MostColumns ? $" The first {MostColumns} of {ReportText.Count(rows.Length)} are shown." : "";
        string advice = report.Result.LeftOut.Any(column => column.CanBeUsed)
            ? "<code>--columns</code> uses ids, dates and texts all the same, texts as categories." : "";
        return $"""
            <h2>Columns left out</h2>
            <p>{advice}{limit}</p>
            {ReportTable.Of("Columns left out", Headings, rows.Take(MostColumns))}
            """;
    }

    private static string Kind(TableReport report, string name) =>
        JsonNames.Of(report.Result.Profile.Columns.First(column => column.Name == name).Kind);

    private static string Reason(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => "most texts differ, so that there is little to learn from each",
        ColumnKind.Id => "names the rows, which tells nothing about new ones",
        ColumnKind.Date => "dates are neither numbers nor categories",
        ColumnKind.Constant => "all cells have the same value",
        ColumnKind.Empty => "all cells are missing",
        _ => "",
    };
}
