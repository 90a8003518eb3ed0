using System.Globalization;
using System.Text;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Reports;

/// <summary>Results as one web page with charts, for people. It holds all it needs, and opens without a network.</summary>
public static class ReportPage
{
    /// <summary>Writes the report.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where to, as UTF-8.</param>
    /// <param name="study">The study.</param>
    /// <param name="results">Its results; of a cancelled study, what is there is shown.</param>
    public static void Write<TSettings, TRun>(
        Stream stream, Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results)
        where TSettings : IStudySettings
        where TRun : class
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(results);
        stream.Write(Encoding.UTF8.GetBytes(Page(study, results)));
    }

    private static string Page<TSettings, TRun>(Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results)
        where TSettings : IStudySettings
        where TRun : class
    {
        ReportContent content = study.Report(results);
        return HtmlPage.Of(
            study.Title,
            $"""
            <p class="claim">{Html.Text(study.Claim)}</p>
            {Partial(study, results)}
            {Judgement(study, study.Judge(results))}
            {content.Opening}
            {(results.Runs.Count == 0 ? "<p>There is nothing to show yet.</p>" : content.Figures)}
            {Method(study, results, content)}
            """,
            $"""
            <script type="application/json" id="results">{ResultsJson.ToEmbeddable(results)}</script>
            <script type="application/json" id="charts">{content.Charts.ToJsonString()}</script>
            <script type="application/json" id="config">{ChartTheme.Config.ToJsonString()}</script>
            {string.Join('\n', ChartLibraries.Names.Select(name => $"<script>{ChartLibraries.Script(name)}</script>"))}
            <script>
            {Resource.Text("reports/report.js")}{content.Script}</script>
            """);
    }

    private static string Partial<TSettings, TRun>(Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results)
        where TSettings : IStudySettings
        where TRun : class =>
        results.Completed ? "" :
        $"""
        <p class="warning" role="note"><strong>Not complete:</strong> the study was stopped after {results.Runs.Count} of {study.Planned(results.Settings)} {study.RunsName}.
        What follows is about those alone.</p>
        """;

    private static string Judgement(Study study, Verdict verdict) =>
        $"""
        <p class="judgement {verdict.Finding.ToString().ToLowerInvariant()}"><strong>{char.ToUpperInvariant(verdict.Words[0])}{verdict.Words[1..]}</strong> {Html.Text(verdict.Reason)}</p>
        <dl class="test">
        <dt>Measured</dt><dd>{Html.Text(study.Measure)}</dd>
        <dt>Decided by</dt><dd>{Html.Text(study.Criterion)}</dd>
        </dl>
        """;

    private static string Method<TSettings, TRun>(
        Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results, ReportContent content)
        where TSettings : IStudySettings
        where TRun : class
    {
        TSettings settings = results.Settings;
        string arguments = string.Create(
            CultureInfo.InvariantCulture,
            $"study {study.Name} --seeds {settings.Seeds} --threads {settings.Threads}{(study.TakesImages && settings.Data != StudyInput.OwnImages ? " --data FOLDER" : "")}");
        IEnumerable<(string Name, string Text)> rows =
        [
            .. content.Settings,
            ("seeds", Html.Number(settings.Seeds)),
            ("machine", $"{Html.Text(results.Machine)}; {Html.Count(settings.Threads, "thread")}; {results.ElapsedSeconds.ToString("N1", CultureInfo.InvariantCulture)} seconds"),
            ("versions", $"Evenkeel {Html.Text(EvenkeelVersion.Number)}; charts by <span id=\"libraries\">Vega</span>"),
        ];
        return $"""
            <h2>How this was made</h2>
            <table class="settings">
            {string.Join('\n', rows.Select(row => $"<tr><th scope=\"row\">{row.Name}</th><td>{row.Text}</td></tr>"))}
            </table>
            <p style="margin-top: 20px">To run it again, in a clone of Evenkeel:</p>
            <pre><code>dotnet run -c Release --project src/Evenkeel.Cli -- {arguments}</code></pre>
            <p>or, where the tool is installed:</p>
            <pre><code>evenkeel {arguments}</code></pre>
            <p>The same settings give the same results on every machine and any number of threads, bit for bit. The numbers lie
            beside this page in <code>results.csv</code> (what was measured) and <code>results.json</code> (everything).</p>
            {content.Sources}
            <noscript><p class="warning">The charts need JavaScript, which is switched off; the tables do not.</p></noscript>
            """;
    }
}
