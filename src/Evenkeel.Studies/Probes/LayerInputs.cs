using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;

namespace Evenkeel.Studies.Probes;

/// <summary>The inputs of a network's layers.</summary>
internal static class LayerInputs
{
    /// <summary>Visits each layer with its input, first to last, including the layers of nested networks.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">The network's input.</param>
    /// <param name="see">Receives a layer and its input, whose memory belongs to the network.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>The network's output, whose memory belongs to the network.</returns>
    public static Tensor<float> Show(Sequential network, Tensor<float> inputs, Action<Layer, Tensor<float>> see, Pass pass = Pass.Inference)
    {
        Tensor<float> output = inputs;
        foreach (Layer layer in network.Layers)
        {
            if (layer is Sequential inner)
            {
                output = Show(inner, output, see, pass);
            }
            else
            {
                see(layer, output);
                output = layer.Forward(output, pass);
            }
        }

        return output;
    }
}
