using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;

namespace Evenkeel.Studies.Probes;

/// <summary>What each layer of a network gets to see.</summary>
internal static class LayerInputs
{
    /// <summary>Shows each layer with its input, first to last, and those inside a network in its place.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">The network's input.</param>
    /// <param name="see">Is shown a layer and its input, which is the network's own memory.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <returns>The network's output, which is its own memory.</returns>
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
