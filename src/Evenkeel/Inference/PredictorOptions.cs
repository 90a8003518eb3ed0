using Evenkeel.Models;
using Evenkeel.Networks;
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

    /// <summary>A fitted scaler of the inputs, which becomes part of the predictor; null, the default, for none.</summary>
    /// <remarks>
    /// It is folded into the first linear layer or convolution if that is accurate: if no column's center is larger than 16 times its
    /// scale, and no padding is in the way. Otherwise, and without <see cref="Fold"/>, inputs are scaled by a step of their own, with the
    /// bits of the scaler's <c>Transform</c>. It has a column per feature, or per channel of images.
    /// </remarks>
    public Scaler? Scaler { get; init; }

    /// <summary>The layers of the user's own in the network, as for model files; null, the default, for none.</summary>
    /// <remarks>
    /// Such a layer, like a normalization by a sample's own statistics, runs in one copy per concurrent call. Its output for a sample must
    /// not depend on the other samples of the batch.
    /// </remarks>
    public LayerTypes? Types { get; init; }

    /// <summary>Whether normalizations by running statistics are folded into the layers before them. Default true.</summary>
    /// <remarks>
    /// Folding rounds weights anew. Without it and without <see cref="Winograd"/>, results have the bits of the network's <c>Predict</c>.
    /// </remarks>
    public bool Fold { get; init; } = true;

    /// <summary>
    /// Whether convolutions of 3×3 with stride 1 and enough channels are computed by Winograd's method, which takes 4/9 of the
    /// multiplications. Default true.
    /// </summary>
    /// <remarks>
    /// Its rounding errors are a few times as large as those of the direct method, and an infinity in the input makes neighbouring outputs
    /// NaN. Without it, and with <see cref="Fold"/>, results have the bits of <c>Folding.Fold(network).Predict</c>.
    /// </remarks>
    public bool Winograd { get; init; } = true;

    /// <summary>Whether the outputs are probabilities of classes instead of logits. Default false.</summary>
    /// <remarks>
    /// The softmax along the last axis follows the network, with the bits of <see cref="NetworkProbabilities.PredictProbabilities"/>; where
    /// the network ends with a softmax or a sigmoid, nothing does.
    /// </remarks>
    public bool Probabilities { get; init; }
}
