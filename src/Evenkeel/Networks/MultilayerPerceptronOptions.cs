using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>Normalization, activation, initialization and dropout of a <see cref="MultilayerPerceptron"/>.</summary>
public sealed record MultilayerPerceptronOptions
{
    /// <summary>
    /// Makes the normalization between the linear layer and the activation of a hidden layer; null, the default, for none.
    /// </summary>
    public Func<Linear, Layer>? Normalization { get; init; }

    /// <summary>Makes the activation of a hidden layer. Default: <see cref="Relu"/>.</summary>
    public Func<Layer> Activation { get; init; } = static () => new Relu();

    /// <summary>The initializer of the weights. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;

    /// <summary>The probability that dropout after an activation drops an element; 0, the default, for no dropout.</summary>
    public double Dropout { get; init; }
}
