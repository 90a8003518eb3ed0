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
    /// <param name="others">Their state on other data, whose verdicts become columns.</param>
    public static void Write(Stream stream, IReadOnlyList<Study> studies, SeriesIndex index, params IReadOnlyList<SeriesIndex> others)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(studies);
        ArgumentNullException.ThrowIfNull(index);
        var settings = new SeriesSettings(index);
        string page = $"""
            # Studies

            Each study tests one claim about normalization, by a rule that was set before the run.
            {Html.Count(studies.Count, "claim")}: {index.Tally(studies)}.
            {string.Concat(others.Select(other => $"On {Markdown.Text(other.Data)}: {other.Tally(TakingImages(studies))}.\n"))}
            | study | claim | its source reports | here | {Header(index, others)} | seconds |
            | --- | --- | --- | --- | {string.Concat(others.Select(_ => "--- | "))}--- | ---: |
            {string.Join('\n', studies.Select(study => Row(study, index, others)))}

            {string.Join('\n', settings.Rows.Select(row => $"- {row.Name}: {Markdown.Text(row.Text)}"))}
            {string.Concat(others.Select(other => $"- {Markdown.Text(new SeriesSettings(other).Summary)}\n"))}

            The following command, run in a clone, writes this page, and a report with charts for each study:

            ```sh
            dotnet run -c Release --project src/Evenkeel.Cli -- {settings.Arguments} --markdown docs/studies.md{Compared(others)}
            ```

            """;
        stream.Write(Encoding.UTF8.GetBytes(page));
    }

    private static IReadOnlyList<Study> TakingImages(IReadOnlyList<Study> studies) => [.. studies.Where(study => study.TakesImages)];

    private static string Header(SeriesIndex index, IReadOnlyList<SeriesIndex> others) =>
        others.Count == 0 ? "verdict" : string.Join(" | ", others.Prepend(index).Select(one => Markdown.Text(one.Data)));

    private static string Compared(IReadOnlyList<SeriesIndex> others) => string.Concat(others.Select(_ => " --compare FOLDER"));

    private static string Row(Study study, SeriesIndex index, IReadOnlyList<SeriesIndex> others)
    {
        SeriesEntry? entry = index.Of(study);
        string seconds = entry?.Verdict is null ? "" : entry.Seconds.ToString("N1", CultureInfo.InvariantCulture);
        string verdicts = string.Join(
            " | ", others.Select(other => study.TakesImages ? other.Words(study) : "its own data").Prepend(index.Words(study)));
        return $"| `{study.Name}` | {Markdown.Text(study.Claim)} | {Markdown.Text(study.Published)} | "
            + $"{Markdown.Text(entry?.Reason ?? "")} | {verdicts} | {seconds} |";
    }
}
