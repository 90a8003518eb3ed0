using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies;

/// <summary>Results as one web page with charts, for people. It holds all it needs, and opens without a network.</summary>
public static class ReportHtml
{
    /// <summary>Writes the report.</summary>
    /// <param name="stream">Where to, as UTF-8.</param>
    /// <param name="results">The results; of a cancelled sweep, what is there is shown.</param>
    public static void Write(Stream stream, InitScaleResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(Page(results));
    }

    private static string Page(InitScaleResults results)
    {
        var settings = results.Settings;
        var summary = new InitScaleSummary(results);

        // The policy makes the browser itself refuse anything from outside; Vega compiles its expressions by eval.
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Batch normalization and the scale of the initial weights</title>
            <!--
            {{CommentSafe(Resource.Text("reports/third-party-notices.md"))}}
            -->
            <style>
            {{Resource.Text("reports/report.css")}}</style>
            </head>
            <body>
            <main>
            {{Opening(results, summary)}}
            {{Figures(results, summary)}}
            {{Method(results)}}
            </main>
            <script type="application/json" id="results">{{ResultsJson.ToEmbeddable(results)}}</script>
            <script type="application/json" id="charts">{{Charts(settings).ToJsonString()}}</script>
            <script type="application/json" id="config">{{ChartTheme.Config.ToJsonString()}}</script>
            {{string.Join('\n', ChartLibraries.Names.Select(name => $"<script>{ChartLibraries.Script(name)}</script>"))}}
            <script>
            {{Resource.Text("reports/report.js")}}</script>
            </body>
            </html>

            """;
    }

    private static JsonObject Charts(InitScaleSettings settings) => new()
    {
        ["final"] = FinalAccuracyChart.Spec(settings),
        ["map"] = AccuracyHeatMap.Spec(settings),
        ["curves"] = AccuracyCurvesChart.Spec(settings),
        ["spread"] = ActivationSpreadChart.Spec(),
        ["histograms-batch"] = ActivationHistograms.Spec("var(--batch)"),
        ["histograms-none"] = ActivationHistograms.Spec("var(--none)"),
    };

    private static string Opening(InitScaleResults results, InitScaleSummary summary)
    {
        int expected = results.Settings.Scales.Count * results.Settings.Seeds * 2;
        string partial = results.Completed ? "" :
            $"""
            <p class="warning" role="note"><strong>Not complete:</strong> the sweep was stopped after {results.Runs.Count} of {expected} networks.
            What follows is about those alone.</p>
            """;

        return $"""
            <h1>Batch normalization and the scale of the initial weights</h1>
            <p class="claim">A deep network learns only if its initial weights happen to have the right size.
            With batch normalization, a wide range of sizes will do.</p>
            {partial}
            <section class="verdict" aria-label="Verdict">
            <div class="batch">
            <strong>{summary.LearnedWithBatch} of {summary.TriedWithBatch}</strong>
            <p>initial scales reach {Percent(InitScaleSummary.BatchThreshold)} <span class="with">with</span> batch normalization.<br>
            <small>{Best(summary.BestWithBatch, r => r.Batch)}</small></p>
            </div>
            <div class="none">
            <strong>{summary.LearnedWithNone} of {summary.TriedWithNone}</strong>
            <p>initial scales reach even {Percent(InitScaleSummary.NoneThreshold)} <span class="without">without</span> it.<br>
            <small>{Best(summary.BestWithNone, r => r.None)}</small></p>
            </div>
            </section>
            <p>{Experiment(results.Settings)}</p>
            """;
    }

    private static string Experiment(InitScaleSettings s) =>
        $"The same network of {s.HiddenLayers} hidden layers is trained from weights drawn with {s.Scales.Count} different standard " +
        $"deviations, with and without batch normalization, {Times(s.Seeds)} each: {Number(s.Samples)} images of {Text(s.Data)}, " +
        $"{Number(s.Updates)} updates. Accuracy is the share of these training images that the network then gets right" +
        (s.Seeds > 1 ? $"; lines are means over {s.Seeds} seeds, and bands reach from the worst seed to the best." : ".");

    /// <summary>Where networks do better without batch normalization, which a report must not pass over.</summary>
    private static string PlainAhead(InitScaleSummary summary)
    {
        string[] scales =
        [
            .. summary.Rows
                .Where(row => row.None?.Mean > row.Batch?.Mean)
                .Select(row => row.Scale.ToString("G2", CultureInfo.InvariantCulture)),
        ];
        return scales.Length == 0 ? "" : $" Without batch normalization, networks end higher at scale {string.Join(" and ", scales)}.";
    }

    private static string Figures(InitScaleResults results, InitScaleSummary summary)
    {
        const string Legend =
            """
            <p class="legend" aria-hidden="true">
            <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--batch)" stroke-width="3"/></svg>with batch normalization</span>
            <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--none)" stroke-width="3" stroke-dasharray="6 4"/></svg>without</span>
            </p>
            """;

        if (results.Runs.Count == 0)
        {
            return "<p>There is nothing to show yet.</p>";
        }

        return $"""
            <h2>Where do networks learn?</h2>
            <p>Each point is a trained network. Too small, and the signal fades on its way through the layers; too large, and it
            swells until learning breaks. The dotted line marks the scale that is recommended for layers of this width (He et al. 2015).{PlainAhead(summary)}</p>
            <figure aria-label="Final train accuracy over the initial scale">
            {Legend}
            <div class="chart" data-chart="final"></div>
            <div class="chart" data-chart="map"></div>
            </figure>
            {Table(summary)}

            <h2>How fast do they learn?</h2>
            <p>Train accuracy over the updates, one chart per initial scale, from the smallest to the largest.</p>
            <figure aria-label="Train accuracy over updates, for each initial scale">
            {Legend}
            <div class="chart" data-chart="curves"></div>
            </figure>

            <h2>Why? What the layers see</h2>
            {Activations(results, summary, Legend)}
            """;
    }

    private static string Table(InitScaleSummary summary)
    {
        static string Cell(FinalAccuracy? accuracy) => accuracy switch
        {
            null => "–",
            { Seeds: 1 } a => Percent1(a.Mean),
            var a => $"{Percent1(a.Mean)} ({Percent1(a.Lowest)} to {Percent1(a.Highest)})",
        };

        var rows = summary.Rows.Select(r =>
            $"<tr><td class=\"number\">{Scale(r.Scale)}</td><td class=\"number\">{Cell(r.Batch)}</td><td class=\"number\">{Cell(r.None)}</td></tr>");
        return $"""
            <details>
            <summary>The same as a table</summary>
            <table>
            <thead><tr><th class="number">initial scale</th><th class="number">with batch normalization</th><th class="number">without</th></tr></thead>
            <tbody>
            {string.Join('\n', rows)}
            </tbody>
            </table>
            </details>
            """;
    }

    private static string Activations(InitScaleResults results, InitScaleSummary summary, string legend)
    {
        double[] scales =
        [
            .. results.Settings.Scales.Where(scale => results.Runs.Any(r => r.Scale == scale && r.AtStart.Count > 0)).Order(),
        ];
        if (scales.Length == 0)
        {
            return "<p>No network's activations were kept.</p>";
        }

        // The most telling scale: where normalization made the greatest difference.
        double telling = summary.Rows
            .Where(r => scales.Contains(r.Scale))
            .MaxBy(r => (r.Batch?.Mean ?? 0) - (r.None?.Mean ?? 0))!.Scale;
        var options = scales.Select(scale =>
            $"<option value=\"{scale.ToString("R", CultureInfo.InvariantCulture)}\"{(scale == telling ? " selected" : "")}>{Scale(scale)}</option>");

        static string Histograms(string normalization, string time, string name, string with) =>
            $"""
            <h3><span class="{with}">{with} batch normalization</span> <span>{name}</span></h3>
            <div class="chart" data-chart="histograms-{normalization}" data-normalization="{normalization}" data-time="{time}" data-scaled></div>
            """;

        return $"""
            <p>One line per network of seed 0: how widely the activations of each hidden layer vary over the images. Batch
            normalization holds every layer at the same spread, until the weights are so small that what it adds to the variance
            (ε = 0.00001) outweighs the variance itself; without it, each layer multiplies what the one before did. A line that breaks off has died (all activations are 0) or diverged (they are no longer finite).</p>
            <figure aria-label="Standard deviation of activations by layer">
            {legend}
            <div class="chart" data-chart="spread" data-scaled></div>
            </figure>
            <p class="choice"><label for="scale">Look into the network of initial scale</label>
            <select id="scale">
            {string.Join('\n', options)}
            </select></p>
            <p>Bold above are its lines; below is how its activations, after the ReLU, are distributed. The layers of a row share one axis,
            so that a layer whose signal has faded shows as a sliver at zero. Activations of exactly 0, where the ReLU has switched a unit
            off, are counted above each chart instead of drawn; sd is the standard deviation of them all.</p>
            <figure aria-label="Histograms of activations by layer">
            {Histograms(InitScaleRun.None, "at_start", "before the first update", "without")}
            {Histograms(InitScaleRun.Batch, "at_start", "before the first update", "with")}
            {Histograms(InitScaleRun.None, "at_end", "after the last update", "without")}
            {Histograms(InitScaleRun.Batch, "at_end", "after the last update", "with")}
            </figure>
            """;
    }

    private static string Method(InitScaleResults results)
    {
        var s = results.Settings;
        string command = string.Create(CultureInfo.InvariantCulture, $"evenkeel study init-scale --seeds {s.Seeds} --threads {s.Threads}");
        return $"""
            <h2>How this was made</h2>
            <table class="settings">
            <tr><th scope="row">network</th><td>{s.Inputs}–{s.HiddenLayers}×{s.Width}–{s.Classes}, ReLU; batch normalization, where used, before each ReLU</td></tr>
            <tr><th scope="row">initial weights</th><td>scale × a standard normal number, biases 0; {s.Scales.Count} scales from {Scale(s.Scales.Max())} to {Scale(s.Scales.Min())}</td></tr>
            <tr><th scope="row">training</th><td>{Number(s.Updates)} updates of stochastic gradient descent, learning rate {s.LearningRate.ToString(CultureInfo.InvariantCulture)}, batches of {s.BatchSize}</td></tr>
            <tr><th scope="row">data</th><td>{Text(s.Data)}, {Number(s.Samples)} training images; accuracy on the same images, in inference mode</td></tr>
            <tr><th scope="row">seeds</th><td>{s.Seeds}</td></tr>
            <tr><th scope="row">machine</th><td>{Text(results.Machine)}; {Count(s.Threads, "thread")}; {results.ElapsedSeconds.ToString("N1", CultureInfo.InvariantCulture)} seconds</td></tr>
            <tr><th scope="row">versions</th><td>Evenkeel {Text(Version)}; charts by <span id="libraries">Vega</span></td></tr>
            </table>
            <p style="margin-top: 20px">To run it again, in a clone of Evenkeel:</p>
            <pre><code>dotnet run -c Release --project src/Evenkeel.Cli -- {command["evenkeel ".Length..]}</code></pre>
            <p>or, where the tool is installed:</p>
            <pre><code>{command}</code></pre>
            <p>The same settings give the same accuracies on every machine and any number of threads, bit for bit. The numbers lie
            beside this page in <code>results.csv</code> (accuracies) and <code>results.json</code> (everything).</p>
            <p>After chapter 6 of Koki Saitoh, <cite>Deep Learning from Scratch</cite> (O’Reilly Japan, 2016); the method is that of
            Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network Training by
            Reducing Internal Covariate Shift</a></cite> (2015). The recommended scale, √(2 / width), is from He, Zhang, Ren and Sun,
            <cite><a href="https://arxiv.org/abs/1502.01852">Delving Deep into Rectifiers</a></cite> (2015).</p>
            <noscript><p class="warning">The charts need JavaScript, which is switched off; the tables do not.</p></noscript>
            """;
    }

    private static string Best(InitScaleSummaryRow? row, Func<InitScaleSummaryRow, FinalAccuracy?> pick) =>
        row is null ? "No such network was trained." : $"Best: {Percent1(pick(row)!.Mean)}, at scale {Scale(row.Scale)}.";

    private static string Version =>
        typeof(ReportHtml).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string Times(int times) => times switch { 1 => "once", 2 => "twice", _ => $"{times} times" };

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double fraction) => fraction.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Percent1(double fraction) => fraction.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Scale(double scale) => scale.ToString("G2", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string CommentSafe(string text) => text.Replace("-->", "--&gt;", StringComparison.Ordinal).Trim();
}
