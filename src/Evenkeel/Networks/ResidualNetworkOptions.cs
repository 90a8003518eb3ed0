using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>The depth of a residual network, and what stands behind its convolutions.</summary>
public sealed record ResidualNetworkOptions
{
    /// <summary>How many blocks each of the three stages has. Default 3, which makes ResNet-20.</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Makes the normalization behind each convolution, for channels on the last axis; null for none.</summary>
    public Func<Conv2d, Layer>? Normalization { get; init; }

    /// <summary>How weights are drawn. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;
}
