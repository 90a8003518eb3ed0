using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>What stands behind the convolutions of a convolutional network.</summary>
public sealed record ConvolutionalNetworkOptions
{
    /// <summary>Makes the normalization behind each convolution, before the activation, for channels on the last axis; null for none.</summary>
    public Func<Conv2d, Layer>? Normalization { get; init; }

    /// <summary>How weights are drawn. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;

    /// <summary>How likely dropout behind each activation drops a channel; 0, the default, for no dropout.</summary>
    public double Dropout { get; init; }
}
