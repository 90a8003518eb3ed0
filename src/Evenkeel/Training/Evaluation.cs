namespace Evenkeel.Training;

/// <summary>The result of evaluating a network on a dataset.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The fraction of correct outputs, 0 to 1; null if the loss does not count them.</param>
/// <param name="Samples">The number of samples.</param>
public sealed record Evaluation(double Loss, double? Accuracy, int Samples);

/// <summary>A measure of an <see cref="Evaluation"/>, by which epochs are compared.</summary>
public enum ValidationMeasure
{
    /// <summary>The mean loss; less is better.</summary>
    Loss,

    /// <summary>The fraction of correct outputs; more is better.</summary>
    Accuracy,
}
