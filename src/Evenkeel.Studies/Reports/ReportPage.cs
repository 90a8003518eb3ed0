using System.Globalization;
using System.Text;

namespace Evenkeel.Studies.Reports;

/// <summary>A study's report: one web page with charts that opens without a network.</summary>
internal static class ReportPage
{
    /// <summary>Writes the report.</summary>
    /// <param name="stream">Where to, as UTF-8.</param>
    /// <param name="study">The study.</param>
    /// <param name="outcome">Its outcome, complete or not.</param>
    /// <param name="content">The parts that only this study's report has.</param>
    /// <param name="results">The results as JSON that is safe inside a script element.</param>
    public static void Write(Stream stream, Study study, StudyOutcome outcome, ReportContent content, string results) =>
        stream.Write(Encoding.UTF8.GetBytes(Page(study, outcome, content, results)));

    private static string Page(Study study, StudyOutcome outcome, ReportContent content, string results) => HtmlPage.Of(
        study.Title,
        $"""
        <p class="lead">{content.Answer}</p>
        {Partial(study, outcome)}
        {(outcome.Runs == 0 ? "<p>There is nothing to show yet.</p>" : content.Picture)}
        {Judgement(study, outcome.Verdict)}
        {content.Numbers}
        {content.Figures}
        <h2>Details</h2>
        {Html.Folded("How it was measured and decided", Test(study, outcome.Verdict, content))}
        {Html.Folded("All numbers", Html.Table(outcome.Table))}
        {Html.Folded("Settings, and how to reproduce this", Method(study, outcome, content))}
        <noscript><p class="warning">The charts need JavaScript, which is switched off; the tables do not.</p></noscript>
        """,
        ChartScripts.Of(results, content.Charts, content.Script));

    private static string Partial(Study study, StudyOutcome outcome) => outcome.Completed ? "" :
        $"""
        <p class="warning" role="note"><strong>Not complete:</strong> the study was
        stopped after {outcome.Runs} of {outcome.Planned} {study.RunsName}. The report covers only those.</p>
        """;

    private static string Judgement(Study study, Verdict verdict)
    {
        string style = verdict.Finding.ToString().ToLowerInvariant();
        return $"""
            <p class="judgement {style}"><strong>{Html.Capitalized(verdict.Words)}</strong>
            <span>The claim:</span> {Html.Text(study.Claim)}</p>
            """;
    }

    private static string Test(Study study, Verdict verdict, ReportContent content) =>
        $"""
        <p>{content.Story}</p>
        <dl class="test">
        <dt>Measured</dt><dd>{Html.Text(study.Measure)}</dd>
        <dt>Decided by</dt><dd>{Html.Text(study.Criterion)}</dd>
        <dt>Result</dt><dd>{Html.Text(verdict.Reason)}</dd>
        </dl>
        """;

    private static string Method(Study study, StudyOutcome outcome, ReportContent content)
    {
        IStudySettings settings = outcome.Settings;
        string arguments = Invariant($"study {study.Name} --seeds {settings.Seeds} --threads {settings.Threads}")
            + (study.TakesImages && settings.Data != StudyInput.OwnImages ? " --data FOLDER" : "");
        string seconds = outcome.ElapsedSeconds.ToString("N1", CultureInfo.InvariantCulture);
        IEnumerable<(string Name, string Text)> rows =
        [
            .. content.Settings,
            ("seeds", Html.Number(settings.Seeds)),
            ("machine", $"{Html.Text(outcome.Machine)}; {Html.Count(settings.Threads, "thread")}; {seconds} seconds"),
            ("versions", $"Evenkeel {Html.Text(EvenkeelVersion.Number)}; charts by <span id=\"libraries\">Vega</span>"),
        ];
        return $"""
            <table class="settings">
            {string.Join('\n', rows.Select(row => $"<tr><th scope=\"row\">{row.Name}</th><td>{row.Text}</td></tr>"))}
            </table>
            <p style="margin-top: 20px">To run it again, in a clone of Evenkeel:</p>
            <pre><code>dotnet run -c Release --project src/Evenkeel.Cli -- {arguments}</code></pre>
            <p>or, where the tool is installed:</p>
            <pre><code>evenkeel {arguments}</code></pre>
            <p>The same settings give the same results on every machine and any number of threads, bit for bit. The numbers are
            in the files beside this page: <code>results.csv</code> has the measurements, <code>results.json</code> has everything.</p>
            {content.Sources}
            """;
    }
}
