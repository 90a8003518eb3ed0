namespace Evenkeel.Training;

/// <summary>How a network does on data it is not trained with.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share of samples that are right, 0 to 1; null where the loss knows no right and wrong.</param>
/// <param name="Samples">How many samples there were.</param>
public sealed record Evaluation(double Loss, double? Accuracy, int Samples);
