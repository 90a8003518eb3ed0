using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>The table of a network's layers.</summary>
public class NetworkSummaryTests
{
    [Fact]
    public void Prints_a_table() => Assert.Equal(
        """
        path              layer                output          parameters
                          Sequential           [1, 10]
        conv              Conv2d               [1, 8, 32, 32]         216
        norm              BatchNorm            [1, 8, 32, 32]          16
        relu              Relu                 [1, 8, 32, 32]              fused into norm
        block             Residual             [1, 8, 32, 32]              fused into block.body.1
        block.body        Sequential           [1, 8, 32, 32]
        block.body.0      Conv2d               [1, 8, 32, 32]         576
        block.body.1      BatchNorm            [1, 8, 32, 32]          16
        block.activation  Relu                 [1, 8, 32, 32]              fused into block.body.1
        pool              GlobalAveragePool2d  [1, 8]
        linear            Linear               [1, 10]                 90
        914 trainable parameters, 0 others
        """,
        Make().Summary(1, 3, 32, 32).ToString());

    [Fact]
    public void Marks_what_observers_keep_apart_and_what_is_not_trainable()
    {
        Sequential network = Make();
        IDisposable[] observations =
        [
            network.LayerAt("relu").Observe((_, _, _) => { }), network.LayerAt("block.body.1").Observe((_, _, _) => { }),
        ];
        network.LayerAt("conv").SetTrainable(false);
        ((BatchNorm)network.LayerAt("norm")).Bias!.IsTrainable = false;

        Assert.Equal(
            """
            path              layer                output            parameters
                              Sequential           [2, 10]
            conv              Conv2d               [2, 8, 160, 160]         216  not trainable
            norm              BatchNorm            [2, 8, 160, 160]          16  partly trainable
            relu              Relu                 [2, 8, 160, 160]              not fused into norm, observed
            block             Residual             [2, 8, 160, 160]              not fused into block.body.1
            block.body        Sequential           [2, 8, 160, 160]
            block.body.0      Conv2d               [2, 8, 160, 160]         576
            block.body.1      BatchNorm            [2, 8, 160, 160]          16  observed
            block.activation  Relu                 [2, 8, 160, 160]              fused into block
            pool              GlobalAveragePool2d  [2, 8]
            linear            Linear               [2, 10]                   90
            690 trainable parameters, 224 others
            """,
            network.Summary(2, 3, 160, 160).ToString());

        LayerSummary relu = network.Summary(1, 3, 8, 8).Layers[3];
        Assert.Equal(("relu", null, "norm", true), (relu.Path, relu.FusedInto, relu.UnfusedFrom, relu.IsObserved));
        Array.ForEach(observations, observation => observation.Dispose());
        using (network.LayerAt("block.activation").Observe((_, _, _) => { }))
        {
            LayerSummary[] rows = [.. network.Summary(1, 3, 8, 8).Layers];
            Assert.Equal(("block.body.1", null), (rows[4].FusedInto, rows[4].UnfusedFrom));
            Assert.Equal((null, "block.body.1"), (rows[8].FusedInto, rows[8].UnfusedFrom));
        }

        network.SetTrainable(true);
        Assert.Equal(Make().Summary(1, 3, 32, 32).ToString(), network.Summary(1, 3, 32, 32).ToString());
    }

    [Fact]
    public void Leaves_the_network_as_it_is()
    {
        Sequential network = Steps(), again = Steps();
        int calls = 0;
        network.Layers[1].Observe((_, _, _) => calls++);
        Tensor<float> input = TestData.Tensor(TestData.Uniform(12, seed: 1), 3, 4);
        Tensor<float> gradient = TestData.Tensor(TestData.Uniform(6, seed: 2), 3, 2);

        AssertSameBits([.. again.Forward(input, Pass.Training)], [.. network.Forward(input, Pass.Training)]);
        network.Summary(7, 4);
        AssertSameBits([.. again.Backward(gradient)], [.. network.Backward(gradient)]);
        AssertSameBits([.. again.Forward(input, Pass.Training)], [.. network.Forward(input, Pass.Training)]);
        Assert.Equal(2, calls);
        Assert.Equal(2, ((BatchNorm)network.Layers[1]).RunningStatistics!.BatchesTracked);

        static Sequential Steps()
        {
            var random = new RandomSource(1);
            return new Sequential(
                new Linear(4, 5, random), new BatchNorm(5), new Relu(), new Dropout(0.5, random), new Linear(5, 2, random));
        }
    }

    [Fact]
    public void Output_shapes_are_those_of_the_outputs()
    {
        var random = new RandomSource(1);
        foreach (int axis in (int[])[1, -1])
        {
            nint[] images = axis == 1 ? [2, 6, 11, 9] : [2, 11, 9, 6];
            Check(images, new Conv2d(6, 4, new Extent(3, 2), random, new()
            {
                Stride = new Extent(2, 1),
                Padding = new Extent(1, 0),
                Dilation = new Extent(2, 3),
                Groups = 2,
                ChannelAxis = axis,
            }));
            Check(images, new MaxPool2d(3, 2, 1, axis));
            Check(images, new AveragePool2d(new Extent(2, 3), channelAxis: axis));
            Check(images, new GlobalAveragePool2d(axis));
            Check(images, new BatchNorm(6, new() { ChannelAxis = axis }));
            Check(images, new ChannelDropout(0.5, random, axis));
        }

        Check([3, 4, 5], new Flatten());
        Check([3], new Flatten());
        Check([3, 4], new Linear(4, 7, random));
        Check([3, 4], new Sequential(new Linear(4, 7, random), new Tanh(), new Linear(7, 2, random)));
        Check([3, 4], new Residual(new Linear(4, 7, random), new Linear(4, 7, random), new Relu()));
        Check([3, 4], new LayerNorm(4));
        Check([3, 4], new Dropout(0.5, random));
        Check([3, 4], new Sigmoid());

        static void Check(nint[] input, Layer layer) =>
            Assert.Equal([.. layer.Forward(Zeros(input), Pass.Inference).Lengths], layer.OutputShape(input));
    }

    [Fact]
    public void Says_where_a_shape_does_not_fit()
    {
        Sequential network = Make();
        AssertRefused<ArgumentException>(
            () => network.Summary(1, 4, 32, 32), "inputShape", "conv, a Conv2d: The input [1, 4, 32, 32] has 4 channels");
        AssertRefused<ArgumentException>(() => network.Summary(1, 3), "inputShape", "conv, a Conv2d", "[1, 3]", "[N, C, H, W]");
        AssertRefused<ArgumentException>(() => network.Summary(), "inputShape", "[]");
        AssertRefused<ArgumentException>(() => network.Summary(1, 3, 0, 32), "inputShape", "[1, 3, 0, 32]", "at least 1");
        var linear = new Linear(3, 2, new RandomSource(1));
        AssertRefused<ArgumentException>(() => NetworkSummary.Of(linear, 1, 4), "inputShape", "Linear: The input is [1, 4]");
        AssertRefused<ArgumentException>(
            () => NetworkSummary.Of(new Residual(linear), 1, 3), "inputShape", "body gives [1, 2]", "shortcut [1, 3]");
        AssertRefused<ArgumentException>(() => NetworkSummary.Of(new MaxPool2d(3), 1, 3, 2, 2), "inputShape", "2×2 pixels", "3×3");
        AssertRefused<ArgumentNullException>(() => NetworkSummary.Of(null!, 1), "network");
    }

    [Fact]
    public void A_single_layer_has_a_summary_and_shapes_inside_an_unknown_container_are_unknown()
    {
        NetworkSummary summary = NetworkSummary.Of(new Linear(3, 2, new RandomSource(1)), 1, 3);
        Assert.Equal((8, 0), (summary.TrainableParameters, summary.OtherParameters));
        Assert.Equal([1, 2], Assert.Single(summary.Layers).OutputShape);

        summary = NetworkSummary.Of(new Container(new Linear(3, 3, new RandomSource(1))), 1, 3);
        Assert.Equal([0, 12], summary.Layers.Select(layer => layer.TrainableParameters));
        Assert.Equal([1, 3], summary.Layers[0].OutputShape);
        Assert.Null(summary.Layers[1].OutputShape);
        Assert.Contains("0     Linear     ?", summary.ToString(), StringComparison.Ordinal);
    }

    private static Sequential Make()
    {
        var random = new RandomSource(1);
        Conv2dOptions options = new() { Padding = 1, Bias = false };
        return new Sequential(
            ("conv", new Conv2d(3, 8, 3, random, options)),
            ("norm", new BatchNorm(8)),
            ("relu", new Relu()),
            ("block", new Residual(new Sequential(new Conv2d(8, 8, 3, random, options), new BatchNorm(8)), activation: new Relu())),
            ("pool", new GlobalAveragePool2d()),
            ("linear", new Linear(8, 10, random)));
    }

    private sealed class Container(Layer inner) : Layer
    {
        public override IReadOnlyList<Layer> Children => [inner];

        public override IReadOnlyList<Parameter> Parameters => inner.Parameters;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => ForwardChild(inner, input, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => BackwardChild(inner, outputGradient);
    }
}
