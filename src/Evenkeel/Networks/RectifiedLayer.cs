using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>A layer and the ReLU behind it, run as one: what <see cref="Sequential"/> makes of a normalization or a convolution and a ReLU.</summary>
internal sealed class RectifiedLayer(Layer layer, Relu relu) : Layer
{
    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => [layer, relu];

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => layer.Parameters;

    private IEpilogueHost Host => (IEpilogueHost)layer;

    /// <summary>The layers as they are run: each alone, or with the ReLU behind it.</summary>
    public static IEnumerable<Layer> Fuse(IReadOnlyList<Layer> layers)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            bool fuses = layers[i] is IEpilogueHost { TakesEpilogue: true } && i + 1 < layers.Count && layers[i + 1] is Relu;
            yield return fuses ? new RectifiedLayer(layers[i], (Relu)layers[++i]) : layers[i];
        }
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Tensor<float> output = Host.Forward(input, pass, addend: null, rectifies: true);
        relu.Adopt(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient) => Host.Backward(outputGradient, gated: null);

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<float> outputGradient) => layer.BackwardToParameters(relu.Backward(outputGradient));
}
