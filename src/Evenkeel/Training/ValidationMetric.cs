namespace Evenkeel.Training;

/// <summary>A measure of an <see cref="Evaluation"/>, by which epochs are compared.</summary>
public enum ValidationMetric
{
    /// <summary>The mean loss; less is better.</summary>
    Loss,

    /// <summary>The fraction of correct outputs; more is better.</summary>
    Accuracy,
}
