using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks.Transforms;

public class NetworkComparisonTests
{
    private const double Tolerance = 1e-4;

    private static readonly Tensor<float> Images = TestData.Tensor(TestData.Uniform(4 * 3 * 8 * 8, seed: 1), 4, 3, 8, 8);

    private static readonly Dictionary<string, (Func<Layer> Make, int Layers, int Folded)> Networks = new()
    {
        ["sequential"] = (Chain, 11, 3),
        ["residual"] = (Blocks, 12, 4),
        ["graph"] = (Branches, 10, 3),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_networks_agree_in_all_layers(string name)
    {
        (Func<Layer> make, int layers, _) = Networks[name];
        Layer network = make(), clone = network.Clone();

        foreach (Layer other in (Layer[])[clone, network])
        {
            var comparison = NetworkComparison.Of(network, other, Images, tolerance: 0);
            Assert.True(comparison.IsWithinTolerance);
            Assert.Equal(0, comparison.LargestDifference);
            Assert.Equal(network.Predict(Images).ToArray().Max(Math.Abs), comparison.LargestOutput);
            Assert.Null(comparison.FirstDifference);
            Assert.Equal(layers, comparison.Layers.Count);
            Assert.All(comparison.Layers, layer => Assert.Equal(layer.Path, layer.OtherPath));
            Assert.All(comparison.Layers, layer => Assert.Same(layer.OtherLayer, other.LayerAt(layer.OtherPath!)));
        }

        Assert.DoesNotContain(network.NamedLayers(), named => named.Layer.IsObserved);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folded_network_agrees_in_all_layers_but_those_before_normalizations(string name)
    {
        (Func<Layer> make, int layers, int foldedLayers) = Networks[name];
        Layer network = make(), folded = Folding.Fold(network);

        var comparison = NetworkComparison.Of(network, folded, Images, Tolerance);
        Assert.True(comparison.IsWithinTolerance);
        Assert.NotEqual(0, comparison.LargestDifference);
        Assert.Equal((comparison.LargestDifference, comparison.LargestOutput), Folding.Compare(network, folded, Images));
        Assert.Null(comparison.FirstDifference);
        LayerAgreement[] without = [.. comparison.Layers.Where(layer => !layer.Agrees)];
        Assert.Equal(foldedLayers, without.Length);
        Assert.All(without, layer => Assert.IsType<Conv2d>(layer.Layer));
        Assert.All(comparison.Layers.Where(layer => layer.Layer is BatchNorm), layer => Assert.IsType<Conv2d>(layer.OtherLayer));

        comparison = NetworkComparison.Of(folded, network, Images, Tolerance);
        Assert.Equal(layers - foldedLayers, comparison.Layers.Count(layer => layer.Agrees));
        Assert.Equal(layers - foldedLayers, comparison.Layers.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_weight_is_located_wherever_it_is(string name)
    {
        Layer network = Networks[name].Make(), folded = Folding.Fold(network);
        string[] paths =
            [.. network.NamedLayers().Where(named => named.Layer is Conv2d or Linear or BatchNorm).Select(named => named.Path)];
        Assert.True(paths.Length > 5);
        foreach (string path in paths)
        {
            Layer changed = network.Clone();
            changed.LayerAt(path).Parameters[0].Value.Fill(0.4f);

            LayerDifference first = First(network, changed);
            Assert.Equal([path], first.Layers.Select(layer => layer.Path));
            Assert.Equal([path], first.OtherLayers.Select(layer => layer.Path));
            Assert.All(first.Sources, pair => Assert.Equal(pair.Path, pair.OtherPath));
            AssertOutputs(first, network, changed);

            // A folded convolution corresponds to the convolution and its normalization.
            Layer changedAndFolded = Folding.Fold(changed);
            string[] both = [Holder(path), .. NormalizationBehind(Holder(path))];
            first = First(folded, changedAndFolded);
            string holder = Assert.Single(first.Layers).Path;
            Assert.Equal(holder, Assert.Single(first.OtherLayers).Path);
            Assert.Equal(Number(Holder(path), network), Number(holder, folded));
            first = First(network, changedAndFolded);
            Assert.Equal(both, first.Layers.Select(layer => layer.Path));
            Assert.Equal([holder], first.OtherLayers.Select(layer => layer.Path));
            AssertOutputs(first, network, changedAndFolded);
            first = First(folded, changed);
            Assert.Equal([holder], first.Layers.Select(layer => layer.Path));
            Assert.Equal(both, first.OtherLayers.Select(layer => layer.Path));
            AssertOutputs(first, folded, changed);
        }

        string Holder(string path) => network.LayerAt(path) is BatchNorm
            ? network.NamedLayers().TakeWhile(named => named.Path != path).Last().Path
            : path;

        IEnumerable<string> NormalizationBehind(string path) => network.NamedLayers().SkipWhile(named => named.Path != path).Skip(1)
            .TakeWhile(named => named.Layer is BatchNorm).Select(named => named.Path);

        static int Number(string path, Layer network) =>
            Array.IndexOf([.. network.NamedLayers().Where(named => named.Layer is Conv2d or Linear).Select(named => named.Path)], path);
    }

    [Fact]
    public void Agreeing_layers_in_front_of_the_difference_are_named()
    {
        var network = (Graph)Branches();
        Graph changed = network.Clone();
        ((Conv2d)changed.LayerAt("join")).Weight.Values[0] += 1;
        Assert.Equal(
            ["right (Conv2d) = right (Conv2d)", "leftConvNorm (BatchNorm) = leftConvNorm (BatchNorm)"],
            First(network, changed).Sources.Select(pair => pair.ToString()).OrderDescending());

        changed = network.Clone();
        ((Conv2d)changed.LayerAt("left")).Weight.Values[0] += 1;
        Assert.Empty(First(network, changed).Sources);
        var comparison = NetworkComparison.Of(network, changed, Images, Tolerance);
        Assert.True(comparison.Layers.Single(layer => layer.Path == "right").Agrees); // runs behind it, but does not read it
        Assert.Equal("leftRelu (Relu) agrees with none", comparison.Layers.Single(layer => layer.Path == "leftRelu").ToString());
    }

    [Fact]
    public void Branches_may_run_in_another_order()
    {
        var network = (Graph)Branches();
        Graph clone = network.Clone();
        GraphNode right = clone.Nodes.Single(node => node.Name == "right");
        var reordered = new Graph([right, .. clone.Nodes.Where(node => node != right)]);
        Assert.True(NetworkComparison.Of(network, reordered, Images, 0).IsWithinTolerance);

        ((Linear)reordered.LayerAt("linear")).Bias!.Values[1] += 1;
        Assert.Equal("linear", Assert.Single(First(network, reordered).Layers).Path);
        ((Linear)reordered.LayerAt("linear")).Bias!.Values[1] -= 1;
        ((Conv2d)reordered.LayerAt("join")).Weight.Values[0] += 1;
        Assert.Equal("join", Assert.Single(First(network, reordered).Layers).Path);
        ((Conv2d)reordered.LayerAt("left")).Weight.Values[0] += 1;
        Assert.Equal("left", Assert.Single(First(network, reordered).Layers).Path);
    }

    [Fact]
    public void Channels_first_equal_channels_last()
    {
        var random = new RandomSource(3);
        Conv2d first = new(3, 5, 3, random), last = new(3, 5, 3, new RandomSource(3), new() { ChannelAxis = -1 });
        Conv2d second = new(5, 4, 2, random), secondLast = new(5, 4, 2, new RandomSource(4), new() { ChannelAxis = -1 });
        foreach ((Conv2d from, Conv2d to) in ((Conv2d, Conv2d)[])[(first, last), (second, secondLast)])
        {
            from.Weight.Values.CopyTo(to.Weight.Values);
            from.Bias!.Values.CopyTo(to.Bias!.Values);
        }

        Linear linear = new(4, 2, random);
        var network = new Sequential(first, new Relu(), second, new Relu(), new GlobalAveragePool2d(), linear);
        var other = new Sequential(
            new Permute(0, 2, 3, 1), last, new Relu(), secondLast, new Relu(), new GlobalAveragePool2d(channelAxis: -1), linear.Clone());

        foreach ((Layer a, Layer b) in ((Layer, Layer)[])[(network, other), (other, network)])
        {
            var comparison = NetworkComparison.Of(a, b, Images, Tolerance);
            Assert.True(comparison.IsWithinTolerance);
            Assert.Equal(6, comparison.Layers.Count(layer => layer.Agrees));
        }

        secondLast.Weight.Values[3] += 1;
        LayerDifference difference = First(network, other);
        Assert.Equal(("2", "3"), (Assert.Single(difference.Layers).Path, Assert.Single(difference.OtherLayers).Path));
        Assert.Equal("1 (Relu) = 2 (Relu)", Assert.Single(difference.Sources).ToString());

        // A weight that is larger by 1 adds a channel of what the layer reads.
        float[] read = [];
        using (network.Layers[1].Observe((_, _, output) => read = [.. output]))
        {
            network.Predict(Images);
        }

        Assert.InRange(difference.LargestDifference!.Value, 0.1, 1.0001 * read.Max());
    }

    [Fact]
    public void Outputs_in_another_layout_differ()
    {
        Tensor<float> input = TestData.Tensor(TestData.Uniform(2 * 3 * 3 * 3, seed: 5), 2, 3, 3, 3);
        var comparison = NetworkComparison.Of(new Sequential(new Identity()), new Sequential(new Permute(0, 2, 3, 1)), input, Tolerance);
        Assert.False(comparison.IsWithinTolerance);
    }

    [Fact]
    public void NaN_and_infinities_differ_from_all_but_themselves()
    {
        Linear one = Bias(float.NaN, float.PositiveInfinity, 2, 3), other = Bias(float.NaN, float.PositiveInfinity, 2, 3);
        Tensor<float> input = TestData.Tensor<float>([0, 0], 1, 2);
        var comparison = NetworkComparison.Of(one, other, input, 0);
        Assert.Equal((0, 3, true), (comparison.LargestDifference, comparison.LargestOutput, comparison.IsWithinTolerance));
        Assert.Equal((0, 3), Folding.Compare(one, other, input));
        Assert.True(Assert.Single(comparison.Layers).Agrees);

        foreach ((int index, float value) in
            ((int, float)[])[(0, 1), (1, float.NegativeInfinity), (2, float.NaN), (3, float.PositiveInfinity)])
        {
            other = Bias(float.NaN, float.PositiveInfinity, 2, 3);
            other.Bias!.Values[index] = value;
            foreach ((Linear a, Linear b) in ((Linear, Linear)[])[(one, other), (other, one)])
            {
                comparison = NetworkComparison.Of(a, b, input, 1e6);
                Assert.Equal(double.PositiveInfinity, comparison.LargestDifference);
                Assert.False(comparison.IsWithinTolerance);
                Assert.Equal(double.PositiveInfinity, comparison.FirstDifference!.LargestDifference);
                Assert.Equal(("", ""), (comparison.FirstDifference.Layers[0].Path, comparison.FirstDifference.OtherLayers[0].Path));
            }
        }

        static Linear Bias(params float[] values)
        {
            var linear = new Linear(2, values.Length, new RandomSource(1));
            values.CopyTo(linear.Bias!.Values);
            return linear;
        }
    }

    [Fact]
    public void The_tolerance_is_relative_to_the_largest_output()
    {
        Linear one = new(2, 3, new RandomSource(1)), other = new(2, 3, new RandomSource(1));
        ((ReadOnlySpan<float>)[-4, 2, 1]).CopyTo(one.Bias!.Values);
        ((ReadOnlySpan<float>)[-4, 2, 1.5f]).CopyTo(other.Bias!.Values);
        Tensor<float> input = Zeros([2, 2]);
        Assert.True(NetworkComparison.Of(one, other, input, 0.125).IsWithinTolerance);
        var comparison = NetworkComparison.Of(one, other, input, 0.1249);
        Assert.False(comparison.IsWithinTolerance);
        Assert.Equal((0.5, 4, 0.1249), (comparison.LargestDifference, comparison.LargestOutput, comparison.Tolerance));
        Assert.Equal((0.5, 4), (comparison.FirstDifference!.LargestDifference!.Value, comparison.FirstDifference.LargestOutput));
    }

    [Fact]
    public void Layers_of_one_network_only_are_named()
    {
        Linear linear = new(4, 4, new RandomSource(1)), second = new(4, 4, new RandomSource(2));
        Tensor<float> input = TestData.Tensor(TestData.Uniform(20, seed: 1), 5, 4);
        var network = new Sequential(("linear", linear), ("second", second));
        var longer = new Sequential(("linear", linear.Clone()), ("second", second.Clone()), ("softmax", new Softmax()));
        var between = new Sequential(("linear", linear.Clone()), ("sigmoid", new Sigmoid()), ("second", second.Clone()));

        LayerDifference first = First(network, longer, input);
        Assert.Equal((0, "softmax"), (first.Layers.Count, Assert.Single(first.OtherLayers).Path));
        Assert.Equal("second", Assert.Single(first.Sources).Path);
        Assert.Null(first.LargestDifference);

        first = First(longer, network, input);
        Assert.Equal(("softmax", 0), (Assert.Single(first.Layers).Path, first.OtherLayers.Count));

        first = First(network, between, input);
        Assert.Equal("second", Assert.Single(first.Layers).Path);
        Assert.Equal(["sigmoid", "second"], first.OtherLayers.Select(layer => layer.Path));
        Assert.NotNull(first.LargestDifference);

        first = First(between, network, input);
        Assert.Equal("sigmoid", Assert.Single(first.Layers).Path);
        Assert.Empty(first.OtherLayers);
    }

    [Fact]
    public void A_sum_of_agreeing_layers_may_differ()
    {
        // The body nearly cancels the shortcut.
        Linear body = new(2, 2, new RandomSource(1)), other = new(2, 2, new RandomSource(1));
        ((ReadOnlySpan<float>)[-1, 0, 0, -0.99f]).CopyTo(body.Weight.Values);
        ((ReadOnlySpan<float>)[-1, 0, 0, -0.98f]).CopyTo(other.Weight.Values);
        Tensor<float> input = TestData.Tensor<float>([1, 1], 1, 2);
        var comparison = NetworkComparison.Of(new Residual(body), new Residual(other), input, 0.02);
        Assert.False(comparison.IsWithinTolerance);
        Assert.True(Assert.Single(comparison.Layers).Agrees);
        Assert.Null(comparison.FirstDifference);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Linear linear = new(3, 5, new RandomSource(1));
        Tensor<float> input = Zeros([2, 3]);
        Linear narrow = new(3, 4, new RandomSource(1));
        AssertRefused<ArgumentException>(() => NetworkComparison.Of(linear, narrow, input, 0), "other", "[2, 5]", "[2, 4]");
        AssertRefused<ArgumentException>(() => NetworkComparison.Of(linear, linear, Zeros([0, 3]), 0), "inputs", "[0, 3] is empty");
        AssertRefused<ArgumentException>(() => NetworkComparison.Of(linear, linear, Strided<float>(2, 3), 0), "inputs", "not dense");
        AssertRefused<ArgumentException>(() => NetworkComparison.Of(linear, linear, Zeros([2, 4]), 0), "input");
        foreach (double tolerance in (double[])[-1e-9, double.NaN, double.PositiveInfinity])
        {
            AssertRefused<ArgumentOutOfRangeException>(
                () => NetworkComparison.Of(linear, linear, input, tolerance), "tolerance", "at least 0");
        }

        AssertRefused<ArgumentNullException>(() => NetworkComparison.Of(null!, linear, input, 0), "network");
        AssertRefused<ArgumentNullException>(() => NetworkComparison.Of(linear, null!, input, 0), "other");
        AssertRefused<ArgumentNullException>(() => NetworkComparison.Of(linear, linear, null!, 0), "inputs");

        var network = new Sequential(new Flatten(), linear);
        Assert.Throws<ArgumentException>(() => NetworkComparison.Of(network, linear, Zeros([2, 4]), 0));
        Assert.DoesNotContain(network.NamedLayers(), named => named.Layer.IsObserved);
    }

    private static LayerDifference First(Layer network, Layer other, Tensor<float>? input = null)
    {
        var comparison = NetworkComparison.Of(network, other, input ?? Images, Tolerance);
        Assert.False(comparison.IsWithinTolerance);
        return comparison.FirstDifference!;
    }

    private static void AssertOutputs(LayerDifference difference, Layer network, Layer other)
    {
        float[] outputs = Outputs(network, difference.Layers[^1].Layer), others = Outputs(other, difference.OtherLayers[^1].Layer);
        Assert.Equal(outputs.Max(Math.Abs), difference.LargestOutput);
        Assert.Equal(outputs.Zip(others).Max(pair => Math.Abs(pair.First - pair.Second)), difference.LargestDifference);

        static float[] Outputs(Layer network, Layer layer)
        {
            float[] outputs = [];
            using (layer.Observe((_, _, output) => outputs = [.. output]))
            {
                network.Predict(Images);
            }

            return outputs;
        }
    }

    private static Sequential Chain()
    {
        var random = new RandomSource(1);
        return Normalized(new Sequential(
            new Conv2d(3, 6, 3, random, new() { Bias = false }), new BatchNorm(6), new Relu(),
            new Conv2d(6, 6, 3, random, new() { Padding = 1, Bias = false }), new BatchNorm(6), new Relu(),
            new Conv2d(6, 6, 3, random, new() { Padding = 1, Bias = false }), new BatchNorm(6), new Relu(),
            new GlobalAveragePool2d(), new Linear(6, 4, random)));
    }

    private static Sequential Blocks()
    {
        var random = new RandomSource(2);
        return Normalized(new Sequential(
            ("conv", new Conv2d(3, 6, 3, random)), ("norm", new BatchNorm(6)), ("relu", new Relu()),
            ("block", new Residual(
                new Sequential(
                    new Conv2d(6, 6, 3, random, new() { Padding = 1 }), new BatchNorm(6), new Relu(),
                    new Conv2d(6, 6, 3, random, new() { Padding = 1 }), new BatchNorm(6)),
                new Sequential(new Conv2d(6, 6, 1, random), new BatchNorm(6)))),
            ("pool", new GlobalAveragePool2d()), ("linear", new Linear(6, 4, random))));
    }

    private static Graph Branches()
    {
        var random = new RandomSource(3);
        return Normalized(new Graph(
            new("left", new Conv2d(3, 6, 3, random), Graph.Input), new("leftNorm", new BatchNorm(6), "left"),
            new("leftRelu", new Relu(), "leftNorm"),
            new("leftConv", new Conv2d(6, 6, 3, random, new() { Padding = 1 }), "leftRelu"),
            new("leftConvNorm", new BatchNorm(6), "leftConv"),
            new("right", new Conv2d(3, 6, 3, random), Graph.Input),
            new("join", new Conv2d(6, 6, 1, random), "leftConvNorm", "right"), new("joinNorm", new BatchNorm(6), "join"),
            new("pool", new GlobalAveragePool2d(), "joinNorm"), new("linear", new Linear(6, 4, random), "pool")));
    }

    private static TLayer Normalized<TLayer>(TLayer network)
        where TLayer : Layer
    {
        Recalibration.Recalibrate(network, [TestData.Tensor(TestData.Uniform(16 * 3 * 8 * 8, seed: 9), 16, 3, 8, 8)]);
        return network;
    }
}
