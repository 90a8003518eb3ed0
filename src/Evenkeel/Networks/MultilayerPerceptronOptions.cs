using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>What stands between the linear layers of a multilayer perceptron.</summary>
public sealed record MultilayerPerceptronOptions
{
    /// <summary>Makes the normalization behind the linear layer of each hidden layer, before the activation; null for none.</summary>
    public Func<Linear, Layer>? Normalization { get; init; }

    /// <summary>Makes the activation of a hidden layer. Default: <see cref="Relu"/>.</summary>
    public Func<Layer> Activation { get; init; } = static () => new Relu();

    /// <summary>How weights are drawn. Default: <see cref="Initializer.HeNormal"/>.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;

    /// <summary>How likely dropout behind each activation drops an element; 0, the default, for no dropout.</summary>
    public double Dropout { get; init; }
}
