using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Scaling;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using static Evenkeel.Studies.Studies.FeatureScaling.DescentResult;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>
/// Claim: on features of very different sizes gradient descent zigzags in a narrow valley; on standardized features it goes
/// straight to the optimum.
/// </summary>
/// <remarks>
/// A linear model with a bias is trained on all rows at once, from weights of zero, which predict the same on every scaling.
/// Each descent has the constant learning rate that takes it to the goal in the fewest steps.
/// </remarks>
internal sealed class FeatureScalingStudy : MeasuredStudy
{
    /// <summary>The name of unscaled features.</summary>
    public const string Raw = "raw";

    /// <summary>The name of features of mean 0 and deviation 1.</summary>
    public const string Standard = "standard";

    /// <summary>The factor of the table.</summary>
    public const string TableFactor = "table";

    /// <summary>The factor of the scaling.</summary>
    public const string ScalingFactor = "scaling";

    /// <summary>The number of steps after which training is stopped.</summary>
    public const int MaxSteps = 1_000_000;

    private const string RateCurve = "steps at the learning rate";
    private const int Advantage = 10;
    private const double Tolerance = 0.01;

    /// <summary>
    /// Every 1001st point of a long path is kept. Each step crosses the valley, so an odd stride keeps points on both sides.
    /// </summary>
    private const int PathStride = 1001;

    private const int FirstSteps = 20;
    private const int Strides = 60;
    private const int CancellationStride = 1 << 14;
    private const double LowestRate = 1e-12;

    private static readonly (string Name, Func<Scaler?> Create)[] Scalers =
    [
        (Raw, static () => null),
        ("zero-mean", static () => new ZeroMeanScaler()),
        ("unit-variance", static () => new UnitVarianceScaler()),
        ("max-abs", static () => new MaxAbsScaler()),
        ("min-max", static () => new MinMaxScaler()),
        ("robust", static () => new RobustScaler()),
        (Standard, static () => new StandardScaler()),
    ];

    /// <summary>Learning rates as fractions of the smallest one at which a descent diverges.</summary>
    private static readonly double[] RateFractions =
        [0.001, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9999, 0.99999];

    /// <summary>The names of the tables.</summary>
    public static IReadOnlyList<string> Tables { get; } = [RegressionTable.Synthetic, RegressionTable.Wine];

    /// <summary>The names of the scalings.</summary>
    public static IReadOnlyList<string> Scalings { get; } = [.. Scalers.Select(scaler => scaler.Name)];

    /// <inheritdoc/>
    public override string Name => "feature-scaling";

    /// <inheritdoc/>
    public override string Question => "how many steps does gradient descent take on raw and on scaled features?";

    /// <inheritdoc/>
    public override string Title => "Gradient descent and the scale of the features";

    /// <inheritdoc/>
    public override string Claim =>
        "If one feature ranges from 1 to 5 and another from 1,000 to 99,999, gradient descent zigzags in a narrow valley. On "
        + "standardized features it goes straight to the optimum.";

    /// <inheritdoc/>
    public override string Measure =>
        "The steps of gradient descent until a linear model's loss is within 1 % of the least possible, each descent with the constant "
        + "learning rate that takes the fewest steps.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if standardized features take at most a tenth of the steps of raw ones, on both tables and with every seed. It "
        + "is refuted if they take as many or more, on either table and with any seed.";

    /// <inheritdoc/>
    public override string Published =>
        "On raw features of scales 1–5 and 1,000–99,999 gradient descent zigzags in a narrow valley; on standardized ones it goes "
        + "straight.";

    /// <inheritdoc/>
    public override string RunsName => "descents";

    /// <inheritdoc/>
    public override bool TakesImages => false;

    /// <inheritdoc/>
    public override string CsvHeader => "table,scaling,seed,condition_number,learning_rate,least_loss,steps,computed_steps";

    private protected override string OwnData => "two synthetic features, and wines";

    private protected override IReadOnlyList<string> Factors => [TableFactor, ScalingFactor];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(StepsQuantity, "N0")];

    private protected override string Sources =>
        """
        <p>The wines are Aeberhard and Forina, <cite><a href="https://doi.org/10.24432/C5PC7J">Wine</a></cite> (UCI Machine Learning
        Repository, 1992, CC BY 4.0). Why the condition number decides: chapter 9.3 of Boyd and Vandenberghe,
        <cite><a href="https://web.stanford.edu/~boyd/cvxbook/">Convex Optimization</a></cite> (2004).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("model", "linear, with a bias; all weights 0 at the start, which predicts the same on every scaling"),
        new("training", "gradient descent on the mean squared error of all rows, in double precision; the constant learning rate that "
            + "takes the fewest steps, found from the curvatures of the loss"),
        new("trained", Invariant($"the loss is at most {Tolerance:0 %} above the least, which the normal equations give; stopped ")
            + Invariant($"after {input.Shortened(MaxSteps):N0} steps")),
        new("synthetic table", $"{RegressionTable.SyntheticRows} rows: x₁ uniform in 1 to 5, x₂ uniform in 1,000 to 99,999, y = 10 + 2 "
            + "x₁ + 0.0001 x₂ + noise of deviation 1; each seed draws its own"),
        new("wine table", "the alcohol of 178 wines from their twelve other measurements, 0.13 (nonflavanoid phenols) to 1,680 "
            + $"(proline); each seed takes {RegressionTable.WineRows} of them"),
        new("scalings", $"{string.Join(", ", Scalings)}; Evenkeel's scalers, fitted to the rows that are trained on"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from table in Tables
        from scaling in Scalings
        select new Trial([table, scaling], (recorder, token) => Train(input.Shortened(MaxSteps), table, scaling, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        var summary = new DescentSummary(measured.Runs);
        (DescentResult Raw, DescentResult Standard)[] pairs = [.. summary.Pairs()];

        // Where training on raw features was stopped, it would have taken longer still.
        return new Verdict(
            pairs.Any(p => p.Raw.Steps is { } raw && (p.Standard.Steps is not { } standard || standard >= raw)) ? Finding.DoesNotHold
                : pairs.All(p => p.Standard.Steps is { } standard && (long)Advantage * standard <= p.Raw.MadeSteps) ? Finding.Holds
                : Finding.NotShown,
            string.Join(' ', Tables.Select(Compared).OfType<string>()));

        string? Compared(string table) =>
            summary.Median(table, Standard) is { } standard && summary.Median(table, Raw) is { } raw
                ? $"{Html.Capitalized(table)}: {Steps(standard)} {(standard.Steps == 1 ? "step" : "steps")} on standardized features, "
                    + $"{Steps(raw)} on raw ones."
                : null;

        static string Steps(DescentResult run) =>
            run.Steps is { } steps ? StepCount.Words(steps) : $"more than {StepCount.Words(run.MadeSteps)}";
    }

    internal override StudyTable Table(StudyResults<MeasuredSettings, MeasuredRun> results) => new(
        Invariant($"Steps until the loss is within {Tolerance:0.##%} of the least possible")
        + (results.Settings.Seeds == 1 ? "" : Invariant($", median of {results.Settings.Seeds} seeds (fewest–most)"))
        + Invariant($"; computed, not counted, beyond {MaxSteps:N0}")
        + (results.Completed ? ":" : $", of the {RunsName} that were finished:"),
        [new("table", IsWords: true), new("scaling", IsWords: true), new("condition"), new("rate"), new("steps")],
        [
            .. new DescentSummary(results.Runs).Rows.Select(row =>
            {
                DescentResult median = DescentSummary.Median(row);
                string range = $" ({StepCount.Words(row[0].StepsOrMore)}–{StepCount.Words(row[^1].StepsOrMore)})";
                return new StudyCell[]
                {
                    new(median.Table),
                    new(median.Scaling),
                    new(median.ConditionNumber.ToString("G2", CultureInfo.InvariantCulture)),
                    new(median.LearningRate.ToString("G2", CultureInfo.InvariantCulture)),
                    new(
                        median.Steps is null ? StepCount.Words(median.ComputedSteps)
                            : StepCount.Words(median.Steps) + (row.Length == 1 ? "" : range),
                        IsGood: median.Scaling == Standard),
                };
            }),
        ]);

    private protected override JsonObject Summary(StudyResults<MeasuredSettings, MeasuredRun> results) => new()
    {
        ["scalings"] = new JsonArray([.. new DescentSummary(results.Runs).Rows.Select(DescentSummary.Median).Select(median => new JsonObject
        {
            ["table"] = median.Table,
            ["scaling"] = median.Scaling,
            ["condition_number"] = median.ConditionNumber,
            ["steps"] = median.Steps,
            ["computed_steps"] = median.ComputedSteps,
        })]),
    };

    internal override IEnumerable<string> CsvLines(StudyResults<MeasuredSettings, MeasuredRun> results) =>
        from measured in results.Runs
        let run = new DescentResult(measured)
        select Invariant($"{run.Table},{run.Scaling},{run.Seed},{run.ConditionNumber},{run.LearningRate},{run.LeastLoss},")
            + Invariant($"{run.Steps},{run.ComputedSteps}");

    private protected override string Answer(Measurements measured)
    {
        var summary = new DescentSummary(measured.Runs);
        return $"With two features of very different scale, gradient descent needs {Steps(Raw)} steps; once they are standardized, it "
            + $"needs {Steps(Standard)}.";

        string Steps(string scaling)
        {
            DescentResult median = summary.Median(RegressionTable.Synthetic, scaling)!;
            return StepCount.Words(median.Steps ?? median.ComputedSteps);
        }
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"The same linear model is trained by gradient descent on the same rows, with unscaled features and with {Scalings.Count - 1} "
        + "scalings: on a table of two synthetic features, one from 1 to 5 and one from 1,000 to 99,999, and on the measurements of "
        + "real wines. The comparison is fair: each descent has the constant learning rate that takes it to the goal in the fewest steps.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        var summary = new DescentSummary(measured.Runs);
        return [Of(Standard, "standardized"), Of(Raw, "raw")];

        Headline Of(string scaling, string features)
        {
            DescentResult[] medians = [.. Tables.Select(table => summary.Median(table, scaling)!)];
            string computed = medians.Any(run => run.Steps is null) ? " (computed)" : "";
            return new Headline(
                string.Join(" and ", medians.Select(run => StepCount.Words(run.Steps ?? run.ComputedSteps))),
                $"steps on {features} features, with two features and with the wines{computed}.",
                scaling);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured)
    {
        var summary = new DescentSummary(measured.Runs);
        return
        [
            .. summary.Plane(Raw) is { } raw && summary.Plane(Standard) is { } standard ? new[] { Valley(raw, standard) } : [],
            new(
                "How many steps?",
                Invariant($"Until the loss is within {Tolerance:0 %} of the least possible. A bar is the median of the seeds, a dot is ")
                + "a seed. "
                + Invariant($"Training was stopped after {MaxSteps:N0} steps; from there on, in a pale colour, the number is computed ")
                + "from the curvatures of the loss, by the formula that gives all other bars their counted length. What counts is the "
                + "condition number, the largest curvature of the loss over the smallest. Neither half of standardizing is enough: "
                + "means of zero leave the deviations different, and equal deviations leave nonzero means, which couple the features to "
                + "the bias.",
                [.. Tables.Select(table => StepsChart.Create([.. summary.Rows.Where(row => row[0].Table == table)], Label(table)))]),
            new(
                "How the loss falls",
                "The loss above the least possible, as a fraction of it; the dotted line is where a model counts as trained. Raw "
                + "features need nearly the largest rate that is stable along their steepest direction: each step crosses the valley, "
                + $"and the crossings shorten only slowly.{Floor(summary)}",
                new Chart(ExcessQuantity)
                {
                    X = AxisKind.Log, XTitle = "steps (log scale)", XFormat = "~s",
                    YTitle = "loss above the least (log scale)", Y = AxisKind.Log, YDomain = (0.003, 1000), Rule = (Tolerance, ""),
                    Series = ScalingFactor, Panels = TableFactor, Columns = 2, BySeed = true, Height = 270,
                }),
            new(
                "Would another learning rate help?",
                "The steps at every constant learning rate, computed from the curvatures. A line ends where the descent starts to "
                + $"diverge; the dot is the best rate, which training used.{SharedRate(summary)}",
                new Chart(RateCurve)
                {
                    X = AxisKind.Log, XTitle = "learning rate (log scale)", XFormat = ".0e",
                    YTitle = "steps (log scale)", Y = AxisKind.Log, YFormat = "~s", YDomain = (1, 1e14),
                    Series = ScalingFactor, Panels = TableFactor, Columns = 2, BySeed = true, Dots = ComputedStepsQuantity, Height = 270,
                }),
        ];
    }

    private static Figure Valley(WeightPlane raw, WeightPlane standard)
    {
        int rawSteps = raw.Path[^1].Step, steps = standard.Path[^1].Step;
        return new Figure(
            "The narrow valley",
            "Each ellipse joins weights of the same loss; the cross is the optimum. On raw features the ellipses are a valley, "
            + $"{Html.Number((long)ValleyChart.Elongation(raw))} times as long as it is wide (here {ValleyChart.DrawnElongation} times), "
            + $"in which each step jumps from wall to wall: after {Html.Number(rawSteps)} steps the descent has covered "
            + $"{Html.Percent1(raw.Path[^1].Weight1 / raw.Optimum1)} of the distance along it. The middle enlarges the start, true to "
            + $"scale, with one crossing in {PathStride:N0}; the optimum is {StepCount.Words((long)ValleyChart.PicturesToOptimum(raw))} "
            + "such pictures further right. On standardized features the ellipses are nearly circles, and the descent goes straight to "
            + "the optimum. (Seed 0; the bias is optimal at each step.)",
            ValleyChart.Stretched(raw, "var(--none)", $"<span class=\"without\">raw</span> <span>{Html.Number(rawSteps)} steps</span>"),
            ValleyChart.ToScale(raw, "var(--none)", "<span class=\"without\">raw</span> <span>true to scale, near the start</span>"),
            ValleyChart.ToScaleWhole(standard, "var(--batch)", "<span class=\"with\">standard</span> "
                + $"<span>{Html.Count(steps, "step")}</span>"))
        {
            SideBySide = true,
        };
    }

    /// <summary>The loss at half the rate, where the first step along the steepest direction ends at its lowest point.</summary>
    private static string Floor(DescentSummary summary)
    {
        IEnumerable<string> floors =
            from table in Tables
            let raw = summary.Median(table, Raw)
            where raw is not null
            let floor = raw.Curvatures.SkipLast(1).Sum(curvature => curvature.Excess) / raw.LeastLoss
            select Invariant($"{floor:N0} times ({table})");
        string all = string.Join(" and ", floors);
        return all.Length == 0 ? ""
            : $" At half that rate the first step would end on the valley's floor, but the loss there is still {all} the least above "
                + "it, and the way along the floor takes twice as long.";
    }

    /// <summary>Compares both at the best rate of raw features.</summary>
    private static string SharedRate(DescentSummary summary) => string.Concat(
        from table in Tables
        let raw = summary.Median(table, Raw)
        let standard = summary.Of(table, Standard, raw?.Seed)
        where raw is not null && standard is not null
        let steps = Curvature.Steps(standard.Curvatures, raw.LearningRate, Tolerance * standard.LeastLoss)
        select Invariant($" At the best rate of raw features on the {table} table, {raw.LearningRate:0.0e-0}, standardized features would ")
            + $"take {StepCount.Words(steps)} steps instead of {StepCount.Words(raw.ComputedSteps)}.");

    private static string Label(string table) => table == RegressionTable.Synthetic ? "two features" : "wines";

    /// <summary>Returns the loss of a linear model on a table whose features were scaled.</summary>
    internal static SquaredError Error(RegressionTable table, string scaling)
    {
        Tensor<double> features = table.Features;
        if (Scalers.Single(s => s.Name == scaling).Create() is { } scaler)
        {
            scaler.Fit(features);
            features = scaler.Transform(features);
        }

        var elements = new double[features.FlattenedLength];
        features.FlattenTo(elements);
        return SquaredError.OfLinearModel(elements, table.Targets);
    }

    private static void Train(
        int maxSteps, string table, string scaling, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        SquaredError error = Error(RegressionTable.Of(table, seed), scaling);
        double goal = (1 + Tolerance) * error.Least;
        var descent = new Descent(error, Curvature.BestLearningRate(error.Curvatures, goal - error.Least));
        int recorded = 0;
        while (descent.Loss > goal && descent.Steps < maxSteps)
        {
            if (descent.Steps % CancellationStride == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            descent.Step();

            // Each further point is 15 % beyond the last, for a logarithmic axis.
            if (descent.Steps >= recorded * 1.15 || descent.Loss <= goal || descent.Steps == maxSteps)
            {
                recorded = descent.Steps;
                recorder.Add(ExcessQuantity, descent.Loss / error.Least - 1, descent.Steps);
            }
        }

        recorder.Add(ConditionNumberQuantity, error.Curvatures[^1].Value / error.Curvatures[0].Value);
        recorder.Add(LeastLossQuantity, error.Least);
        recorder.Add(StepsQuantity, descent.Loss <= goal ? descent.Steps : double.NaN);
        recorder.Add(
            ComputedStepsQuantity,
            Curvature.Steps(error.Curvatures, descent.LearningRate, goal - error.Least) ?? double.NaN,
            descent.LearningRate);
        foreach ((int index, Curvature curvature) in error.Curvatures.Index())
        {
            recorder.Add(CurvatureQuantity, curvature.Value, index);
            recorder.Add(DirectionQuantity, curvature.Excess, index);
        }

        AddRateCurve(error.Curvatures, descent.LearningRate, Tolerance * error.Least, recorder);
        if (error.Weights == 3 && seed == 0)
        {
            Plane(maxSteps, error.WithBestLast()).AddTo(recorder);
        }
    }

    private static void AddRateCurve(IReadOnlyList<Curvature> curvatures, double best, double goal, Recorder recorder)
    {
        double limit = 2 / curvatures[^1].Value;
        foreach (double rate in RateFractions.Select(fraction => fraction * limit).Append(best).Append(LowestRate).Order())
        {
            if (rate >= LowestRate && Curvature.Steps(curvatures, rate, goal) is > 0 and { } steps)
            {
                recorder.Add(RateCurve, steps, rate);
            }
        }
    }

    /// <summary>Descends in the plane of two weights.</summary>
    private static WeightPlane Plane(int maxSteps, SquaredError error)
    {
        double goal = (1 + Tolerance) * error.Least;
        var descent = new Descent(error, Curvature.BestLearningRate(error.Curvatures, goal - error.Least));
        var path = new List<PathPoint> { new(0, 0, 0) };
        while (descent.Loss > goal && descent.Steps < maxSteps)
        {
            descent.Step();
            bool isKept = descent.Steps <= FirstSteps
                || (descent.Steps % PathStride == 0 && descent.Steps <= Strides * PathStride)
                || descent.Loss <= goal
                || descent.Steps == maxSteps;
            if (isKept)
            {
                path.Add(new PathPoint(descent.Steps, descent.Weights[0], descent.Weights[1]));
            }
        }

        return new WeightPlane(error.Second(0, 0), error.Second(0, 1), error.Second(1, 1), error.Optimum[0], error.Optimum[1], path);
    }
}
