using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks.Transforms;

public class LayerReplacementTests
{
    [Theory]
    [InlineData("linear")]
    [InlineData("block.body.1")]
    [InlineData("block.shortcut")]
    [InlineData("block.activation")]
    [InlineData("graph.left")]
    public void A_layer_takes_the_place_of_another_wherever_it_is(string path)
    {
        Sequential network = Network();
        Layer before = network.LayerAt(path);
        Layer replacement = before is Relu ? new Relu() : new Linear(4, 4, new RandomSource(9));

        Sequential replaced = LayerReplacement.Replace(network, before, replacement);

        Assert.Same(replacement, replaced.LayerAt(path));
        Assert.Same(before, network.LayerAt(path));
        Assert.Equal(network.NamedLayers().Select(named => named.Path), replaced.NamedLayers().Select(named => named.Path));
        Assert.All(
            network.NamedLayers().Where(named => named.Path != path && named.Layer.Children.Count == 0),
            named => Assert.Same(named.Layer, replaced.LayerAt(named.Path)));
    }

    [Fact]
    public void Refuses_layers_that_are_not_in_the_network_or_are_already()
    {
        Sequential network = Network();
        AssertRefused<ArgumentException>(() => LayerReplacement.Replace(network, new Relu(), new Relu()), "layer", "Relu");
        AssertRefused<ArgumentException>(() => LayerReplacement.Replace(network, network, new Relu()), "layer", "Sequential");
        Layer inner = network.LayerAt("block.body.0");
        AssertRefused<ArgumentException>(() => LayerReplacement.Replace(network, inner, network.LayerAt("block.body.1")), "replacement");
        AssertRefused<ArgumentException>(() => LayerReplacement.Replace(network, inner, inner), "replacement", "already");
        AssertRefused<ArgumentException>(
            () => LayerReplacement.Replace(network, network.LayerAt("block.activation"), new Silu()), "replacement", "Silu");
        AssertRefused<ArgumentNullException>(() => LayerReplacement.Replace<Layer>(null!, network, network), "network");
        AssertRefused<ArgumentNullException>(() => LayerReplacement.Replace(network, null!, network), "layer");
        AssertRefused<ArgumentNullException>(() => LayerReplacement.Replace(network, network, null!), "replacement");
    }

    private static Sequential Network()
    {
        var random = new RandomSource(1);
        return new Sequential(
            ("block", new Residual(
                new Sequential(new Linear(4, 4, random), new Linear(4, 4, random)), new Linear(4, 4, random), new Relu())),
            ("graph", new Graph(
                new GraphNode("left", new Linear(4, 4, random), Graph.Input),
                new GraphNode("sum", new Identity(), "left", Graph.Input))),
            ("linear", new Linear(4, 4, random)));
    }
}
