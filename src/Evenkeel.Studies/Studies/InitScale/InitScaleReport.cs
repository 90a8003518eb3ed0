using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The sweep of initial scales in its report.</summary>
internal static class InitScaleReport
{
    public static ReportContent Of(InitScaleResults results, StudyTable table)
    {
        var summary = new InitScaleSummary(results);
        InitScaleSettings s = results.Settings;
        return new ReportContent(
            Opening(s, summary),
            Figures(results, summary, table),
            [
                ("network", $"{s.Inputs}–{s.HiddenLayers}×{s.Width}–{s.Classes}, ReLU; batch normalization, where used, before each ReLU"),
                ("initial weights", $"scale × a standard normal number, biases 0; {s.Scales.Count} scales from {Scale(s.Scales.Max())} to {Scale(s.Scales.Min())}"),
                ("training", $"{Html.Number(s.Updates)} updates of stochastic gradient descent, learning rate {s.LearningRate.ToString(CultureInfo.InvariantCulture)}, batches of {s.BatchSize}"),
                ("data", $"{Html.Text(s.Data)}, {Html.Number(s.Samples)} training images; accuracy on the same images, in inference mode"),
            ],
            """
            <p>After chapter 6 of Koki Saitoh, <cite>Deep Learning from Scratch</cite> (O’Reilly Japan, 2016); the method is that of
            Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network Training by
            Reducing Internal Covariate Shift</a></cite> (2015). The recommended scale, √(2 / width), is from He, Zhang, Ren and Sun,
            <cite><a href="https://arxiv.org/abs/1502.01852">Delving Deep into Rectifiers</a></cite> (2015).</p>
            """,
            Charts(s),
            Resource.Text("reports/init-scale.js"));
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

    private static string Opening(InitScaleSettings settings, InitScaleSummary summary) =>
        $"""
        <section class="verdict" aria-label="In numbers">
        <div class="batch">
        <strong>{summary.LearnedWithBatch} of {summary.TriedWithBatch}</strong>
        <p>initial scales reach {Html.Percent(InitScaleSummary.BatchThreshold)} <span class="with">with</span> batch normalization.<br>
        <small>{Best(summary.BestWithBatch, r => r.Batch)}</small></p>
        </div>
        <div class="none">
        <strong>{summary.LearnedWithNone} of {summary.TriedWithNone}</strong>
        <p>initial scales reach even {Html.Percent(InitScaleSummary.NoneThreshold)} <span class="without">without</span> it.<br>
        <small>{Best(summary.BestWithNone, r => r.None)}</small></p>
        </div>
        </section>
        <p>{Experiment(settings)}</p>
        """;

    private static string Experiment(InitScaleSettings s) =>
        $"The same network of {s.HiddenLayers} hidden layers is trained from weights drawn with {s.Scales.Count} different standard " +
        $"deviations, with and without batch normalization, {Html.Times(s.Seeds)} each: {Html.Number(s.Samples)} images of {Html.Text(s.Data)}, " +
        $"{Html.Number(s.Updates)} updates. Accuracy is the share of these training images that the network then gets right" +
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

    private static string Figures(InitScaleResults results, InitScaleSummary summary, StudyTable table)
    {
        const string Legend =
            """
            <p class="legend" aria-hidden="true">
            <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--batch)" stroke-width="3"/></svg>with batch normalization</span>
            <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--none)" stroke-width="3" stroke-dasharray="6 4"/></svg>without</span>
            </p>
            """;

        return $"""
            <h2>Where do networks learn?</h2>
            <p>Each point is a trained network. Too small, and the signal fades on its way through the layers; too large, and it
            swells until learning breaks. The dotted line marks the scale that is recommended for layers of this width (He et al. 2015).{PlainAhead(summary)}</p>
            <figure aria-label="Final train accuracy over the initial scale">
            {Legend}
            <div class="chart" data-chart="final"></div>
            <div class="chart" data-chart="map"></div>
            </figure>
            {Html.FoldedTable(table)}

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

    private static string Best(InitScaleSummaryRow? row, Func<InitScaleSummaryRow, FinalAccuracy?> pick) =>
        row is null ? "No such network was trained." : $"Best: {Html.Percent1(pick(row)!.Mean)}, at scale {Scale(row.Scale)}.";

    private static string Scale(double scale) => scale.ToString("G2", CultureInfo.InvariantCulture);
}
