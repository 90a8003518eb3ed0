using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>Reads the numbers of one descent from a measured run.</summary>
/// <param name="run">The run.</param>
internal sealed class DescentResult(MeasuredRun run)
{
    /// <summary>The quantity of the condition number: the largest curvature of the loss over the smallest.</summary>
    public const string ConditionNumberQuantity = "condition number";

    /// <summary>The quantity of the least mean squared error that a linear model can have.</summary>
    public const string LeastLossQuantity = "least loss";

    /// <summary>The quantity of the counted steps; not a number where training was stopped before the goal.</summary>
    public const string StepsQuantity = "steps";

    /// <summary>The quantity of the steps that the curvatures give, at the learning rate as x.</summary>
    public const string ComputedStepsQuantity = "computed steps";

    /// <summary>The quantity of the loss above the least, relative to it, at the step as x.</summary>
    public const string ExcessQuantity = "loss above the least";

    /// <summary>The quantity of the loss's curvatures, at their index as x.</summary>
    public const string CurvatureQuantity = "curvature";

    /// <summary>The quantity of the initial loss along each curvature, at its index as x.</summary>
    public const string DirectionQuantity = "excess along the curvature";

    /// <summary>The seed.</summary>
    public int Seed => run.Seed;

    /// <summary>The table's name.</summary>
    public string Table => run.Conditions[FeatureScalingStudy.TableFactor];

    /// <summary>The scaling's name.</summary>
    public string Scaling => run.Conditions[FeatureScalingStudy.ScalingFactor];

    /// <summary>The largest curvature of the loss over the smallest.</summary>
    public double ConditionNumber { get; } = run.Last(ConditionNumberQuantity);

    /// <summary>The constant learning rate that takes the fewest steps.</summary>
    public double LearningRate { get; } = run.Series(ComputedStepsQuantity).Single().X;

    /// <summary>The least mean squared error that a linear model can have.</summary>
    public double LeastLoss { get; } = run.Last(LeastLossQuantity);

    /// <summary>The number of steps until the model counts as trained; null if training was stopped before.</summary>
    public int? Steps { get; } = (int?)Finite(run.Last(StepsQuantity));

    /// <summary>The number of steps that the curvatures give; null beyond 10¹⁸.</summary>
    public long? ComputedSteps { get; } = (long?)Finite(run.Last(ComputedStepsQuantity));

    /// <summary>The number of steps that were made.</summary>
    public int MadeSteps { get; } = (int)run.Series(ExcessQuantity).Last().X;

    /// <summary>The steps for comparisons: computed beyond those that were made.</summary>
    public long StepsOrMore => Steps ?? ComputedSteps ?? long.MaxValue;

    /// <summary>The curvatures of the loss.</summary>
    public IReadOnlyList<Curvature> Curvatures { get; } =
    [
        .. run.Series(CurvatureQuantity).Zip(run.Series(DirectionQuantity), (value, excess) => new Curvature(value.Value, excess.Value)),
    ];

    /// <summary>The descent in the plane of two weights; null for all runs but those of two weights and seed 0.</summary>
    public WeightPlane? Plane { get; } = WeightPlane.Of(run);

    private static double? Finite(double number) => double.IsNaN(number) ? null : number;
}
