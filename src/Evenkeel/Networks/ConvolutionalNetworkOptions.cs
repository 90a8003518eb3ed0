using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Normalization, initialization and dropout of a <see cref="ConvolutionalNetwork"/>.</summary>
public sealed record ConvolutionalNetworkOptions
{
    /// <summary>Makes the normalization after each convolution, for channels on the last axis; null, the default, for none.</summary>
    public Func<Conv2d, Layer>? Normalization { get; init; }

    /// <summary>The initializer of the weights. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;

    /// <summary>The probability that dropout after an activation drops a channel; 0, the default, for no dropout.</summary>
    public double Dropout { get; init; }
}
