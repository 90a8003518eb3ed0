using Evenkeel.Normalization;

namespace Evenkeel.Networks;

/// <summary>The settings of <see cref="Unfolding"/>.</summary>
public sealed record UnfoldingOptions
{
    /// <summary>
    /// Whether linear layers with outputs [N, out] are followed by a normalization too, as in multilayer perceptrons. Default false:
    /// convolutions only.
    /// </summary>
    public bool LinearLayers { get; init; }

    /// <summary>
    /// The settings of the normalizations. Default: PyTorch's. They always have γ, β and running statistics, and the channels on the axis
    /// of the layer before.
    /// </summary>
    public BatchNormOptions Normalization { get; init; } = new();
}
