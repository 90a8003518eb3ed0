namespace Evenkeel.WebService;

/// <summary>The answer to <c>POST /predict</c>.</summary>
/// <param name="Outputs">The outputs of each sample.</param>
/// <param name="Classes">The index of the largest output of each sample.</param>
internal sealed record PredictionResponse(float[][] Outputs, int[] Classes);
