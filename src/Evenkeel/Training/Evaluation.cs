namespace Evenkeel.Training;

/// <summary>The result of evaluating a network on a dataset.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The fraction of correct outputs, 0 to 1; null if the loss does not count them.</param>
/// <param name="Samples">The number of samples.</param>
public sealed record Evaluation(double Loss, double? Accuracy, int Samples);
