using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Depth, normalization and initialization of a <see cref="ResidualNetwork"/>.</summary>
public sealed record ResidualNetworkOptions
{
    /// <summary>The number of blocks in each of the three stages. Default 3, which makes ResNet-20.</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Makes the normalization after each convolution, for channels on the last axis; null, the default, for none.</summary>
    public Func<Conv2d, Layer>? Normalization { get; init; }

    /// <summary>The initializer of the weights. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;
}
