using System.Globalization;
using System.Text;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.AllStudies;

/// <summary>A Markdown page with all verdicts and the results that their sources report.</summary>
internal static class SeriesTable
{
    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to, as UTF-8 with lines ended by a line feed.</param>
    /// <param name="studies">The studies, in their order.</param>
    /// <param name="index">Their state.</param>
    public static void Write(Stream stream, IReadOnlyList<Study> studies, SeriesIndex index)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(studies);
        ArgumentNullException.ThrowIfNull(index);
        var settings = new SeriesSettings(index);
        string page = $"""
            # Studies

            Each study tests one claim about normalization, by a rule that was set before the run.
            {Html.Count(studies.Count, "claim")}: {index.Tally(studies)}.

            | study | claim | its source reports | here | verdict | seconds |
            | --- | --- | --- | --- | --- | ---: |
            {string.Join('\n', studies.Select(study => Row(study, index)))}

            {string.Join('\n', settings.Rows.Select(row => $"- {row.Name}: {Markdown.Text(row.Text)}"))}

            The following command, run in a clone, writes this page, and a report with charts for each study:

            ```sh
            dotnet run -c Release --project src/Evenkeel.Cli -- {settings.Arguments} --markdown docs/studies.md
            ```

            """;
        stream.Write(Encoding.UTF8.GetBytes(page));
    }

    private static string Row(Study study, SeriesIndex index)
    {
        SeriesEntry? entry = index.Of(study);
        string seconds = entry?.Verdict is null ? "" : entry.Seconds.ToString("N1", CultureInfo.InvariantCulture);
        return $"| `{study.Name}` | {Markdown.Text(study.Claim)} | {Markdown.Text(study.Published)} | "
            + $"{Markdown.Text(entry?.Reason ?? "")} | {index.Words(study)} | {seconds} |";
    }
}
