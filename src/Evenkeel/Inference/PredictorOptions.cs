using Evenkeel.Scaling;

namespace Evenkeel.Inference;

/// <summary>The settings of a <see cref="Predictor"/>.</summary>
public sealed record PredictorOptions
{
    /// <summary>The threads that a call may use at most, the caller's among them; null, the default, for all of the library's.</summary>
    /// <remarks>
    /// A server that answers many requests at once wants 1: the requests themselves use the processors, and none waits for another.
    /// </remarks>
    public int? Threads { get; init; }

    /// <summary>A fitted scaler of the inputs, which is folded into the first layer; null, the default, for none.</summary>
    public Scaler? Scaler { get; init; }

    /// <summary>Whether normalizations are folded into the layers before them and operations are fused. Default true.</summary>
    /// <remarks>Without folding, results have the bits of <c>Layer.Predict</c>.</remarks>
    public bool Fold { get; init; } = true;
}
