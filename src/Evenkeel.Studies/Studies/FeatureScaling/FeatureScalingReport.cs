using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The study of feature scaling in its report.</summary>
internal static class FeatureScalingReport
{
    public static ReportContent Of(FeatureScalingResults results)
    {
        FeatureScalingSettings settings = results.Settings;
        var summary = new FeatureScalingSummary(results);
        WeightPlane? raw = Plane(results, FeatureScalingStudy.Raw), standard = Plane(results, FeatureScalingStudy.Standard);
        return new ReportContent(
            Opening(settings, summary),
            Figures(settings, summary, raw, standard),
            [
                ("model", "linear, with a bias; all weights 0 at the start, which predicts the same on every scaling"),
                ("training", "gradient descent on the mean squared error of all rows, in double precision; the constant learning rate "
                    + "that takes the fewest steps, found from the curvatures of the loss"),
                ("trained", $"the loss is at most {Html.Percent(settings.Tolerance)} above the least, which the normal equations give; "
                    + $"stopped after {Html.Number(settings.MaxSteps)} steps"),
                ("synthetic table", $"{RegressionTable.SyntheticRows} rows: x₁ even in 1 to 5, x₂ even in 1,000 to 99,999, y = 10 + 2 "
                    + "x₁ + 0.0001 x₂ + noise of deviation 1; each seed draws its own"),
                ("wine table", "the alcohol of 178 wines from their twelve other measurements, 0.13 (nonflavanoid phenols) to 1,680 "
                    + $"(proline); each seed takes {RegressionTable.WineRows} of them"),
                ("scalings", $"{string.Join(", ", settings.Scalings)}; Evenkeel’s scalers, fitted to the rows that are trained on"),
            ],
            """
            <p>The wines are Aeberhard and Forina, <cite><a href="https://doi.org/10.24432/C5PC7J">Wine</a></cite> (UCI Machine Learning
            Repository, 1992, CC BY 4.0). Why the condition number decides: chapter 9.3 of Boyd and Vandenberghe,
            <cite><a href="https://web.stanford.edu/~boyd/cvxbook/">Convex Optimization</a></cite> (2004).</p>
            """,
            Charts(results, summary, raw, standard));
    }

    private static JsonObject Charts(FeatureScalingResults results, FeatureScalingSummary summary, WeightPlane? raw, WeightPlane? standard)
    {
        var charts = new JsonObject();
        foreach (string table in results.Settings.Tables)
        {
            charts[$"steps-{table}"] = StepsChart.Spec(results.Settings, summary, table);
            charts[$"loss-{table}"] = LossCurvesChart.Spec(results.Settings, table);
            charts[$"rates-{table}"] = LearningRateChart.Spec(results.Settings, results, table);
        }

        if (raw is not null && standard is not null)
        {
            charts["valley-to-scale"] = ValleyChart.ToScale(raw, "var(--none)");
            charts["valley-raw"] = ValleyChart.ByEffect(raw, "var(--none)");
            charts["valley-standard"] = ValleyChart.ByEffect(standard, "var(--batch)");
        }

        return charts;
    }

    private static string Opening(FeatureScalingSettings settings, FeatureScalingSummary summary)
    {
        string Boxes(string scaling, string style, string title)
        {
            IEnumerable<string> tables = settings.Tables.Select(table => Counted(summary, table, scaling));
            return $"""
                <div class="{style}">
                <p><span class="{(style == "batch" ? "with" : "without")}">{title}</span> take</p>
                {string.Join('\n', tables.Select(text => $"<strong>{text}</strong>"))}
                </div>
                """;
        }

        return $"""
            <section class="verdict" aria-label="In numbers">
            {Boxes(FeatureScalingStudy.Standard, "batch", "Standardized features")}
            {Boxes(FeatureScalingStudy.Raw, "none", "Raw features")}
            </section>
            <p>The same linear model is trained by gradient descent on the same rows, with its features as they are and scaled in
            {Spelled(settings.Scalings.Count - 1)} ways: on a table of two made-up features, one from 1 to 5 and one from 1,000 to 99,999, and on the
            measurements of real wines. The comparison is fair: each descent gets the constant learning rate that takes it to the goal in
            the fewest steps.</p>
            """;
    }

    private static string Figures(FeatureScalingSettings settings, FeatureScalingSummary summary, WeightPlane? raw, WeightPlane? standard)
    {
        string Panels(string chart, string label) =>
            $"""
            <figure aria-label="{label}">
            {ScalingTheme.Legend(settings.Scalings)}
            <div class="panels">
            {string.Join('\n', settings.Tables.Select(table => $"<div><h3>{Title(table)}</h3><div class=\"chart\" data-chart=\"{chart}-{table}\"></div></div>"))}
            </div>
            </figure>
            """;

        return $"""
            {(raw is null || standard is null ? "" : Valley(raw, standard))}

            <h2>How many steps?</h2>
            <p>Until the loss is within {Html.Percent(settings.Tolerance)} of the least possible. A bar is the median of the seeds, each of which is a
            dot. Training was stopped after {Html.Number(settings.MaxSteps)} steps: from there on, in pale, the number is computed from the
            curvatures of the loss, by the formula that gives all other bars their counted length.</p>
            <figure aria-label="Steps until trained, for each scaling">
            {string.Join('\n', settings.Tables.Select(table => $"<h3>{Title(table)}</h3><div class=\"chart\" data-chart=\"steps-{table}\"></div>"))}
            </figure>
            {Html.FoldedTable(summary.Table)}
            <p style="margin-top: 12px">What counts is the condition number, the largest curvature of the loss over the smallest; the table
            has it. Neither half of
            standardizing is enough: means of zero leave the deviations apart, and equal deviations leave features that pull together, all in the
            direction of the bias.</p>

            <h2>How the loss falls</h2>
            <p>The loss above the least possible, as a fraction of it; the dotted line is where a model counts as trained. Raw features
            call for nearly the largest rate that their steepest direction bears: each step leaps from wall to wall, and the leaps get
            shorter only slowly.{Floor(settings, summary)}</p>
            {Panels("loss", "Loss over the steps")}

            <h2>Would another learning rate do?</h2>
            <p>The steps at every constant learning rate, computed from the curvatures. A line ends where the descent starts to diverge;
            the dot is the best rate, which training used.{SharedRate(settings, summary)}</p>
            {Panels("rates", "Steps over the learning rate")}
            """;
    }

    private static string Valley(WeightPlane raw, WeightPlane standard)
    {
        int rawSteps = raw.Path[^1].Step, steps = standard.Path[^1].Step;
        double done = raw.Path[^1].Weight1 / raw.Optimum1;
        return $"""
            <h2>The narrow valley</h2>
            <p>The loss over the two weights of the synthetic table, seed 0; the stronger the shade, the lower, and the cross is the
            optimum. The bias is at its best at each
            step, so that the plane is all there is. First, the raw weights in one unit: the valley is so long that its walls look parallel, and
            each step jumps from one to the other. One crossing in 1,001 is drawn, or they would fill the picture; the optimum is
            {StepCount.Words((long)ValleyChart.PicturesToOptimum(raw))} such pictures further right. Second, the same descent with each weight in units of its effect on the prediction: after {Html.Number(rawSteps)}
            steps it has done {done.ToString("0.0 %", CultureInfo.InvariantCulture)} of the way. Third, standardized features, whose weights are in that unit by themselves: {Html.Count(steps, "step")}.</p>
            <figure aria-label="Paths of gradient descent over the contours of the loss">
            <div class="panels three">
            <div><h3><span class="without">raw</span> <span>true to scale, near the start</span></h3><div class="chart"
            data-chart="valley-to-scale"></div></div>
            <div><h3><span class="without">raw</span> <span>{Html.Number(rawSteps)} steps</span></h3><div class="chart" data-chart="valley-raw"></div></div>
            <div><h3><span class="with">standard</span> <span>{Html.Count(steps, "step")}</span></h3><div class="chart" data-chart="valley-standard"></div></div>
            </div>
            </figure>
            """;
    }

    /// <summary>What half the rate does, at which the first step along the steepest direction ends at its lowest point.</summary>
    private static string Floor(FeatureScalingSettings settings, FeatureScalingSummary summary)
    {
        IEnumerable<string> floors =
            from table in settings.Tables
            let raw = summary.Row(table, FeatureScalingStudy.Raw)?.Median
            where raw is not null
            let floor = raw.Curvatures.SkipLast(1).Sum(curvature => curvature.Excess) / raw.LeastLoss
            select $"{floor.ToString("N0", CultureInfo.InvariantCulture)} times ({table})";
        string all = string.Join(" and ", floors);
        return all.Length == 0 ? "" : " At half that rate the first step would end at the valley’s floor; but there the loss is still "
            + $"{all} the least above it, and the way along the floor takes twice as long.";
    }

    /// <summary>Both at one rate: the largest that raw features bear well.</summary>
    private static string SharedRate(FeatureScalingSettings settings, FeatureScalingSummary summary)
    {
        IEnumerable<string> sentences =
            from table in settings.Tables
            let raw = summary.Row(table, FeatureScalingStudy.Raw)?.Median
            let standard = summary.Row(table, FeatureScalingStudy.Standard)?.Runs.FirstOrDefault(run => run.Seed == raw?.Seed)
            where raw is not null && standard is not null
            let steps = Curvature.Steps(standard.Curvatures, raw.LearningRate, settings.Tolerance * standard.LeastLoss)
            select $" Even at raw features’ own best rate on the {table} table, "
                + $"{raw.LearningRate.ToString("0.0e-0", CultureInfo.InvariantCulture)}, standardized features would take "
                + $"{StepCount.Words(steps)} steps instead of {StepCount.Words(raw.ComputedSteps)}.";
        return string.Concat(sentences);
    }

    private static string Counted(FeatureScalingSummary summary, string table, string scaling) =>
        summary.Row(table, scaling) is not { } row ? "–"
            : row.Steps is { } steps ? $"{StepCount.Words(steps)} <small>steps on {Title(table)}</small>"
            : $"{StepCount.Words(row.ComputedSteps)} <small>steps on {Title(table)}, computed</small>";

    private static WeightPlane? Plane(FeatureScalingResults results, string scaling) =>
        results.Runs.FirstOrDefault(run => run.Scaling == scaling && run.Plane is not null)?.Plane;

    private static string Title(string table) => table == RegressionTable.Synthetic ? "two features" : "wines";

    private static string Spelled(int count) => count switch { 6 => "six", _ => count.ToString(CultureInfo.InvariantCulture) };
}
