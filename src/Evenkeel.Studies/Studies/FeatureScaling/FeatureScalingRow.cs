namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The descents on one table with one scaling.</summary>
/// <param name="Table">The table.</param>
/// <param name="Scaling">The scaling.</param>
/// <param name="Runs">A descent for each seed, by rising number of steps.</param>
internal sealed record FeatureScalingRow(string Table, string Scaling, IReadOnlyList<FeatureScalingRun> Runs)
{
    /// <summary>The descent in the middle.</summary>
    public FeatureScalingRun Median => Runs[Runs.Count / 2];

    /// <summary>The median of the steps; null where training was stopped before.</summary>
    public int? Steps => Median.Steps;

    /// <summary>The steps that the curvatures give the same descent.</summary>
    public long? ComputedSteps => Median.ComputedSteps;

    /// <summary>The condition number of the same descent.</summary>
    public double ConditionNumber => Median.ConditionNumber;

    /// <summary>The learning rate of the same descent.</summary>
    public double LearningRate => Median.LearningRate;
}
