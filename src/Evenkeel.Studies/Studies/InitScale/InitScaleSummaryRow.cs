namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The final accuracies at one scale.</summary>
/// <param name="Scale">The standard deviation of the initial weights.</param>
/// <param name="None">Without normalization; null if no such run was finished.</param>
/// <param name="Batch">With batch normalization; null if no such run was finished.</param>
internal sealed record InitScaleSummaryRow(double Scale, FinalAccuracy? None, FinalAccuracy? Batch);
