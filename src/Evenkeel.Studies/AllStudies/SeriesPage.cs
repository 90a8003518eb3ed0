using System.Globalization;
using System.Text;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.AllStudies;

/// <summary>One web page about all studies, with their verdicts and links to their reports.</summary>
internal static class SeriesPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to, as UTF-8.</param>
    /// <param name="studies">The studies, in their order.</param>
    /// <param name="index">Their state.</param>
    public static void Write(Stream stream, IReadOnlyList<Study> studies, SeriesIndex index)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(studies);
        ArgumentNullException.ThrowIfNull(index);
        string page = HtmlPage.Of(
            "Claims about normalization, tested",
            $"""
            <p class="lead">Each study tests one claim about normalization, by a rule that was set before the run.</p>
            <p>{Html.Count(studies.Count, "claim")}: {Html.Text(index.Tally(studies))}.</p>
            <table class="studies">
            <thead><tr><th>Verdict</th><th>Study</th><th class="number">Seconds</th></tr></thead>
            <tbody>
            {string.Join('\n', studies.Select(study => Row(study, index)))}
            </tbody>
            </table>
            {Method(new SeriesSettings(index))}
            """);
        stream.Write(Encoding.UTF8.GetBytes(page));
    }

    private static string Row(Study study, SeriesIndex index)
    {
        SeriesEntry? entry = index.Of(study);
        string words = index.Words(study);
        string style = entry?.Verdict is { } verdict && entry.Completed ? verdict.Finding.ToString().ToLowerInvariant() : "open";
        string report = StudyOutcome.FileName(StudyOutcome.ReportName, "html", entry is { Completed: true });
        string title = entry?.Verdict is null
            ? Html.Text(study.Title)
            : $"<a href=\"{study.Name}/{report}\">{Html.Text(study.Title)}</a>";
        string reason = entry is null ? "" : $"\n<p><span>Here:</span> {Html.Text(entry.Reason)}</p>";
        string published = study.Published.Length == 0 ? "" : $"\n<p><span>Its source:</span> {Html.Text(study.Published)}</p>";
        string seconds = entry?.Verdict is null ? "" : entry.Seconds.ToString("N1", CultureInfo.InvariantCulture);
        return $"""
            <tr id="{study.Name}">
            <td><strong class="badge {style}">{Html.Capitalized(words)}</strong></td>
            <td>
            <h2>{title} <code>{study.Name}</code></h2>
            <p><span>The claim:</span> {Html.Text(study.Claim)}</p>{published}{reason}
            </td>
            <td class="number">{seconds}</td>
            </tr>
            """;
    }

    private static string Method(SeriesSettings settings) =>
        $"""
        <h2>How to reproduce this</h2>
        <table class="settings">
        {string.Join('\n', settings.Rows.Select(row => $"<tr><th scope=\"row\">{row.Name}</th><td>{Html.Text(row.Text)}</td></tr>"))}
        </table>
        <p style="margin-top: 20px">To run all studies again, in a clone of Evenkeel:</p>
        <pre><code>dotnet run -c Release --project src/Evenkeel.Cli -- {Html.Text(settings.Arguments)}</code></pre>
        <p>or, where the tool is installed:</p>
        <pre><code>evenkeel {Html.Text(settings.Arguments)}</code></pre>
        <p>Finished studies are not run again as long as <code>index.json</code>, beside this page, has the same seeds, data and
        version.</p>
        """;
}
