using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>Names of layers, and the paths that are made of them.</summary>
public class LayerNamesTests
{
    [Fact]
    public void Paths_join_names_and_indices()
    {
        Sequential network = Make();

        Assert.Equal(
            [
                "", "first", "block", "block.body", "block.body.0", "block.body.1", "block.shortcut", "block.activation",
                "inner", "inner.0", "last",
            ],
            network.NamedLayers().Select(named => named.Path));
        Assert.Equal(
            [
                "first.weight", "first.bias", "block.body.0.weight", "block.body.0.bias", "block.body.1.weight", "block.body.1.bias",
                "block.shortcut.weight", "inner.0.weight", "inner.0.bias", "last.weight", "last.bias",
            ],
            network.NamedParameters().Select(named => named.Path));
        Assert.Equal(network.Parameters, network.NamedParameters().Select(named => named.Parameter));
        Assert.Equal(["weight", "bias"], network.LayerAt("last").NamedParameters().Select(named => named.Path));
        var block = new Residual(new Tanh(), activation: new Relu());
        Assert.Equal(["", "body", "activation"], block.NamedLayers().Select(named => named.Path));
    }

    [Fact]
    public void A_layer_is_found_by_its_path()
    {
        Sequential network = Make();
        Assert.Same(network, network.LayerAt(""));
        Assert.Same(((Residual)network.Layers[1]).Shortcut, network.LayerAt("block.shortcut"));
        AssertRefused<ArgumentException>(() => network.LayerAt("block.0"), "path", "'block.0'");
        AssertRefused<ArgumentNullException>(() => network.LayerAt(null!), "path");
    }

    [Fact]
    public void A_container_of_ones_own_names_its_layers()
    {
        var network = new Sequential(("wrapped", new Wrapper(new Linear(3, 2, new RandomSource(1)))));
        Assert.Equal(["", "wrapped", "wrapped.inner"], network.NamedLayers().Select(named => named.Path));
        Assert.Equal(
            ["wrapped.scale", "wrapped.inner.weight", "wrapped.inner.bias"], network.NamedParameters().Select(named => named.Path));
    }

    [Fact]
    public void Refuses_names_that_are_empty_contain_a_dot_or_occur_twice()
    {
        AssertRefused<ArgumentException>(() => new Sequential(("a", new Relu()), (" ", new Relu())), "layers", "Layer 1", "empty");
        AssertRefused<ArgumentException>(() => new Sequential((null!, new Relu())), "layers", "Layer 0", "empty");
        AssertRefused<ArgumentException>(() => new Sequential(("a.b", new Relu())), "layers", "'a.b'", "separates");
        AssertRefused<ArgumentException>(
            () => new Sequential(("a", new Relu()), ("a", new Tanh())), "layers", "Layer 1", "'a'", "must differ");
        AssertRefused<ArgumentNullException>(() => new Sequential(("a", null!)), "layers");
        AssertRefused<ArgumentNullException>(() => new Sequential((IReadOnlyList<(string, Layer)>)null!), "layers");
        AssertRefused<ArgumentException>(() => new Sequential(Array.Empty<(string, Layer)>()), "layers", "at least one layer");
        AssertRefused<ArgumentException>(() => new Sequential([]), "layers", "at least one layer");
        AssertRefused<ArgumentException>(() => new Parameter("a.b", 3), "name", "'a.b'", "separates");
    }

    [Fact]
    public void The_networks_that_have_names_name_their_layers_too()
    {
        Sequential residual = ResidualNetwork.Create(3, 10, new RandomSource(1), new() { Blocks = 2, Normalization = Batch });
        Assert.Equal(
            [
                "conv", "norm", "relu",
                "stage1_block1", "stage1_block2", "stage2_block1", "stage2_block2", "stage3_block1", "stage3_block2",
                "pool", "linear",
            ],
            residual.NamedLayers().Select(named => named.Path).Where(path => path.Length > 0 && !path.Contains('.')));
        Assert.Equal(
            ["body.conv1", "body.norm1", "body.relu", "body.conv2", "body.norm2", "shortcut.conv", "shortcut.norm"],
            residual.LayerAt("stage2_block1").NamedLayers().Select(named => named.Path).Where(path => path.Contains('.')));
        Assert.Equal(
            ["", "conv1", "norm1", "relu1", "dropout1", "pool1", "conv2", "norm2", "relu2", "dropout2", "pool2", "flatten", "linear"],
            ConvolutionalNetwork.Create(8, 1, 10, new RandomSource(1), new() { Normalization = Batch, Dropout = 0.5 })
                .NamedLayers().Select(named => named.Path));
        Assert.Equal(
            ["", "linear1", "norm1", "activation1", "dropout1", "linear2", "norm2", "activation2", "dropout2", "linear3"],
            MultilayerPerceptron.Create(
                4, [5, 6], 2, new RandomSource(1), new() { Normalization = linear => new BatchNorm(linear.Outputs), Dropout = 0.5 })
                .NamedLayers().Select(named => named.Path));

        static BatchNorm Batch(Conv2d convolution) => new(convolution.Outputs, new() { ChannelAxis = -1 });
    }

    private static Sequential Make()
    {
        var random = new RandomSource(1);
        return new Sequential(
            ("first", new Linear(4, 3, random)),
            ("block", new Residual(
                new Sequential(new Linear(3, 3, random), new BatchNorm(3)), new Linear(3, 3, random, bias: false), new Relu())),
            ("inner", new Sequential(new LayerNorm(3))),
            ("last", new Linear(3, 2, random)));
    }

    private sealed class Wrapper(Layer inner) : Layer
    {
        private readonly Parameter _scale = new("scale", 1);

        public override IReadOnlyList<Layer> Children => [inner];

        public override IReadOnlyList<Parameter> Parameters => [_scale, .. inner.Parameters];

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => ForwardChild(inner, input, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => BackwardChild(inner, outputGradient);

        protected override string ChildName(int index) => "inner";
    }
}
