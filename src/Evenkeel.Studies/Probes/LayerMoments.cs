using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Studies.Probes;

/// <summary>The moments of the inputs of a network's layers.</summary>
internal static class LayerMoments
{
    /// <summary>The moments of each unit of the inputs of certain layers, first to last, including the layers of nested networks.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="reached">Selects the layers, whose inputs must be [samples, units].</param>
    public static IReadOnlyList<Moments[]> Of(Sequential network, Tensor<float> inputs, Pass pass, Func<Layer, bool> reached)
    {
        var moments = new List<Moments[]>();
        LayerInputs.Show(
            network,
            inputs,
            (layer, input) =>
            {
                if (reached(layer))
                {
                    moments.Add(Of(input));
                }
            },
            pass);
        return moments;
    }

    /// <summary>The moments of each unit.</summary>
    /// <param name="x">The units' values [samples, units].</param>
    public static Moments[] Of(Tensor<float> x)
    {
        var moments = new Moments[x.Lengths[1]];
        ChannelMoments.Compute<float>(x.Elements(), ChannelView.Of(x.Lengths, axis: 1), moments);
        return moments;
    }
}
