using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>
/// Claim: on features of very different sizes gradient descent zigzags in a narrow valley; on standardized features it goes
/// straight to the optimum.
/// </summary>
/// <remarks>
/// A linear model with a bias is trained on all rows at once, from weights of zero, which predict the same on every scaling.
/// Each descent has the constant learning rate that takes it to the goal in the fewest steps.
/// </remarks>
internal sealed class FeatureScalingStudy : Experiment<FeatureScalingSettings, FeatureScalingRun>
{
    /// <summary>The name of features as they are.</summary>
    public const string Raw = "raw";

    /// <summary>The name of features of mean 0 and deviation 1.</summary>
    public const string Standard = "standard";

    /// <summary>How many times the steps on standardized features must fit into those on raw ones for the claim to hold.</summary>
    public const int Advantage = 10;

    /// <summary>Of many steps, each of which crosses the valley, a path keeps one in an odd number: those change sides too.</summary>
    private const int PathStride = 1001;

    private const int FirstSteps = 20;
    private const int Strides = 60;
    private const int CancellationStride = 1 << 14;

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

    /// <inheritdoc/>
    public override string Name => "feature-scaling";

    /// <inheritdoc/>
    public override string Question => "how many steps does gradient descent take on raw and on scaled features?";

    /// <inheritdoc/>
    public override string Title => "Gradient descent and the scale of the features";

    /// <inheritdoc/>
    public override string Claim =>
        "Where one feature runs from 1 to 5 and another from 1,000 to 99,999, gradient descent zigzags in a narrow valley. On "
        + "standardized features it goes straight.";

    /// <inheritdoc/>
    public override string Measure =>
        "The steps of gradient descent until a linear model's loss is within 1 % of the least possible, each descent with the constant "
        + "learning rate that takes it there in the fewest.";

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

    private protected override JsonTypeInfo<StudyDocument<FeatureScalingSettings, FeatureScalingRun>> Form =>
        FeatureScalingJsonContext.Default.Document;

    /// <inheritdoc/>
    public override FeatureScalingSettings Settings(StudyInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Seeds, 1);
        return new FeatureScalingSettings(
            [RegressionTable.Synthetic, RegressionTable.Wine],
            [.. Scalers.Select(scaler => scaler.Name)],
            input.Seeds,
            Tolerance: 0.01,
            MaxSteps: 1_000_000,
            Data: "two synthetic features, and wines",
            Parallelism.Threads);
    }

    private protected override IReadOnlyList<Func<CancellationToken, FeatureScalingRun>> Plan(
        StudyInput input, FeatureScalingSettings settings) =>
    [
        .. from seed in Enumerable.Range(0, settings.Seeds)
           from table in settings.Tables
           from scaling in settings.Scalings
           select (Func<CancellationToken, FeatureScalingRun>)(token => Train(settings, table, scaling, seed, token)),
    ];

    internal override int Planned(FeatureScalingSettings settings) =>
        settings.Seeds * settings.Tables.Count * settings.Scalings.Count;

    private protected override Verdict Decide(FeatureScalingResults results) => new FeatureScalingSummary(results).Verdict;

    internal override StudyTable Table(FeatureScalingResults results) => new FeatureScalingSummary(results).Table;

    private protected override JsonObject Summary(FeatureScalingResults results) => new()
    {
        ["scalings"] = new JsonArray(
            [.. new FeatureScalingSummary(results).Rows.Select(row => new JsonObject
            {
                ["table"] = row.Table,
                ["scaling"] = row.Scaling,
                ["condition_number"] = row.ConditionNumber,
                ["steps"] = row.Steps,
                ["computed_steps"] = row.ComputedSteps,
            })]),
    };

    internal override IEnumerable<string> CsvLines(FeatureScalingResults results) =>
        results.Runs.Select(run => Invariant($"{run.Table},{run.Scaling},{run.Seed},{run.ConditionNumber},{run.LearningRate},{run.LeastLoss},{run.Steps},{run.ComputedSteps}"));

    internal override ReportContent Report(FeatureScalingResults results) => FeatureScalingReport.Of(results);

    /// <summary>The loss of a linear model on a table whose features were scaled.</summary>
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

    /// <summary>Trains one model.</summary>
    private static FeatureScalingRun Train(
        FeatureScalingSettings settings, string table, string scaling, int seed, CancellationToken cancellationToken)
    {
        SquaredError error = Error(RegressionTable.Of(table, seed), scaling);
        double goal = (1 + settings.Tolerance) * error.Least;
        var descent = new Descent(error, Curvature.BestLearningRate(error.Curvatures, goal - error.Least));
        var losses = new List<LossPoint> { new(0, descent.Loss) };
        while (descent.Loss > goal && descent.Steps < settings.MaxSteps)
        {
            if (descent.Steps % CancellationStride == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            descent.Step();

            // Each further point 15 % behind the last, for a logarithmic axis.
            if (descent.Steps >= losses[^1].Step * 1.15 || descent.Loss <= goal || descent.Steps == settings.MaxSteps)
            {
                losses.Add(new LossPoint(descent.Steps, descent.Loss));
            }
        }

        return new FeatureScalingRun(
            table,
            scaling,
            seed,
            error.Curvatures[^1].Value / error.Curvatures[0].Value,
            descent.LearningRate,
            error.Least,
            descent.Loss <= goal ? descent.Steps : null,
            Curvature.Steps(error.Curvatures, descent.LearningRate, goal - error.Least),
            error.Curvatures,
            losses,
            error.Weights == 3 && seed == 0 ? Plane(settings, error.WithBestLast()) : null);
    }

    /// <summary>The descent in the plane of two weights.</summary>
    private static WeightPlane Plane(FeatureScalingSettings settings, SquaredError error)
    {
        double goal = (1 + settings.Tolerance) * error.Least;
        var descent = new Descent(error, Curvature.BestLearningRate(error.Curvatures, goal - error.Least));
        var path = new List<PathPoint> { new(0, 0, 0) };
        while (descent.Loss > goal && descent.Steps < settings.MaxSteps)
        {
            descent.Step();
            bool isKept = descent.Steps <= FirstSteps
                || (descent.Steps % PathStride == 0 && descent.Steps <= Strides * PathStride)
                || descent.Loss <= goal
                || descent.Steps == settings.MaxSteps;
            if (isKept)
            {
                path.Add(new PathPoint(descent.Steps, descent.Weights[0], descent.Weights[1]));
            }
        }

        return new WeightPlane(error.Second(0, 0), error.Second(0, 1), error.Second(1, 1), error.Optimum[0], error.Optimum[1], path);
    }
}
