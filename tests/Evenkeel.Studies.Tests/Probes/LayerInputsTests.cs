using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class LayerInputsTests
{
    [Fact]
    public void Every_layer_is_shown_in_order_with_its_input()
    {
        var random = new RandomSource(2);
        Layer[] layers = [new Linear(3, 2, random), new Relu(), new Tanh(), new Linear(2, 2, random)];
        var network = new Sequential(layers[0], new Sequential(layers[1], layers[2]), layers[3]);
        Tensor<float> inputs = Tensor.Create([1f, -2, 3, 0.5f, 1, -1], [2, 3]);
        float[] expected = [.. network.Predict(inputs).Elements()];
        var seen = new List<(Layer Layer, float[] Input)>();
        float[] output = [.. LayerInputs.Show(network, inputs, (layer, input) => seen.Add((layer, [.. input.Elements()]))).Elements()];
        Assert.Equal(expected, output);
        Assert.Equal(layers, seen.Select(entry => entry.Layer));
        Assert.Equal([.. inputs.Elements()], seen[0].Input);
        Assert.Equal(seen[1].Input.Select(x => Math.Max(x, 0)), seen[2].Input);
    }
}
