using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Normalization.Statistics;
using Evenkeel.Tests.Support;
using Xunit.Abstractions;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks.Transforms;

public class FoldingTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => [.. GoldenFile.Names("folding")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch(string name)
    {
        var comparison = new GoldenComparison(output);
        GoldenFile golden = GoldenFile.Read(name);
        var linear = new Linear(
            golden.Option<int>("inputs"), golden.Option<int>("outputs"), new RandomSource(1), golden.Option<bool>("bias"));
        var norm = new BatchNorm(
            linear.Outputs, new() { Affine = golden.Option<bool>("affine"), Epsilon = golden.Option<double>("epsilon") });
        GoldenComparison.Load(linear, golden.Initial, "0.");
        GoldenComparison.Load(norm, golden.Initial, "1.");
        for (int c = 0; c < linear.Outputs; c++)
        {
            norm.RunningStatistics!.Mean[c] = golden.Initial["1.running_mean"].Doubles[c];
            norm.RunningStatistics.Variance[c] = golden.Initial["1.running_var"].Doubles[c];
        }

        float[] before = [.. linear.Weight.Value];
        Linear folded = Folding.Fold(linear, norm);
        GoldenValues step = golden.Steps[0];
        Tensor<float> input = GoldenComparison.Tensor(step["input"]);

        comparison.AssertClose(step, "folded_weight", folded.Weight.Values, Tolerances.RoundedOnce);
        comparison.AssertClose(step, "folded_bias", folded.Bias!.Values, Tolerances.RoundedOnce);
        comparison.AssertClose(step, "output", [.. folded.Forward(input, Pass.Inference)], Tolerances.Product);
        Assert.Equal(before, linear.Weight.Value);

        (double difference, double largest) = Folding.Compare(new Sequential(linear, norm), folded, input);
        Assert.InRange(difference, 0, Tolerances.Product * largest);
        Assert.Equal(step["output"].Doubles.Max(Math.Abs), largest, Tolerances.Product * largest);
    }

    [Fact]
    public void A_network_is_folded_wherever_a_linear_layer_is_followed_by_constants()
    {
        var random = new RandomSource(1);
        BatchNorm[] norms =
        [
            new(5), new(5), new(4), new(4, new() { RunningAverage = null }), new(4) { Source = StatisticsSource.Batch }, new(4),
        ];
        Linear[] linears = [new(3, 5, random), new(5, 4, random, bias: false), new(4, 4, random), new(4, 4, random)];
        var relu = new Relu();
        var network = new Sequential(
            linears[0], norms[0], norms[1], relu,
            new Sequential(linears[1], norms[2]),
            linears[2], norms[3], norms[4],
            linears[3], new LayerNorm(4), norms[5]);
        Tensor<float> input = TestData.Tensor(TestData.Uniform(60, seed: 1), 20, 3);
        network.Forward(input, Pass.Training);
        network.Forward(input, Pass.Training);

        Sequential folded = Folding.Fold(network);

        Assert.Equal(
            ["Linear", "Relu", "Sequential", "Linear", "BatchNorm", "BatchNorm", "Linear", "LayerNorm", "BatchNorm"],
            folded.Layers.Select(layer => layer.GetType().Name));
        Assert.Equal(["Linear"], ((Sequential)folded.Layers[2]).Layers.Select(layer => layer.GetType().Name));
        Assert.Same(relu, folded.Layers[1]);
        Assert.Same(linears[2], folded.Layers[3]);
        Assert.Equal(11, network.Layers.Count);
        (double difference, double largest) = Folding.Compare(network, folded, input);
        Assert.InRange(difference, 0, 1e-5 * largest);
        Assert.NotEqual(0, difference);
    }

    [Theory]
    [MemberData(nameof(RunningNormalizers.All), MemberType = typeof(RunningNormalizers))]
    public void Every_normalizer_by_running_statistics_is_folded_by_its_own_formula(string name)
    {
        Linear linear = new(4, 3, new RandomSource(1));
        RunningNormalization norm = RunningNormalizers.Make(name, linear);
        var network = new Sequential(linear, norm);
        Tensor<float> input = TestData.Tensor(TestData.Uniform(80, seed: 1), 20, 4);
        Recalibration.Recalibrate(network, [input]);

        Sequential folded = Folding.Fold(network);

        Assert.IsType<Linear>(Assert.Single(folded.Layers));
        (double difference, double largest) = Folding.Compare(network, folded, input);
        Assert.InRange(difference, 0, 2 * Tolerances.Product * largest);
        norm.Source = StatisticsSource.Batch;
        Assert.Equal(network.Layers, Folding.Fold(network).Layers);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 3, false)]
    [InlineData(-1, 1, false)]
    [InlineData(-1, 6, true)]
    public void A_convolution_is_folded_with_its_groups_and_settings(int axis, int groups, bool bias)
    {
        var convolution = new Conv2d(6, 12, new Extent(3, 2), new RandomSource(1), new()
        {
            Stride = new Extent(1, 2),
            Padding = 1,
            Dilation = new Extent(2, 1),
            Groups = groups,
            Bias = bias,
            ChannelAxis = axis,
        });
        TestData.Uniform(12, seed: 2).CopyTo(convolution.Bias is null ? new float[12] : convolution.Bias.Values);
        foreach (RunningNormalization norm in (RunningNormalization[])
        [
            new BatchNorm(12, new() { ChannelAxis = axis }),
            new BatchNorm(12, new() { ChannelAxis = axis < 0 ? 3 : -3, Affine = false }),
            new BatchRenorm(12, new() { ChannelAxis = axis }),
            new CrossIterationBatchNorm(convolution, new() { BatchNorm = new() { ChannelAxis = axis } }),
        ])
        {
            var network = new Sequential(convolution, norm);
            Tensor<float> input = TestData.Tensor(TestData.Uniform(5 * 6 * 7 * 6, seed: 1), axis < 0 ? [5, 7, 6, 6] : [5, 6, 7, 6]);
            Recalibration.Recalibrate(network, [input]);
            float[] before = [.. convolution.Weight.Value];

            Sequential folded = Folding.Fold(network);

            Conv2d alone = Assert.IsType<Conv2d>(Assert.Single(folded.Layers));
            Assert.Equal(convolution.Options with { Bias = true }, alone.Options);
            Assert.Equal(before, convolution.Weight.Value);
            (double difference, double largest) = Folding.Compare(network, folded, input);
            Assert.InRange(difference, 0, 1e-5 * largest);
            Assert.NotEqual(0, difference);
        }
    }

    [Fact]
    public void A_residual_network_is_folded_down_to_its_convolutions()
    {
        Sequential network = ResidualNetwork.Create(
            3, 4, new RandomSource(1), new() { Blocks = 2, Normalization = c => new BatchNorm(c.Outputs, new() { ChannelAxis = -1 }) });
        Tensor<float> images = TestData.Tensor(TestData.Uniform(6 * 8 * 8 * 3, seed: 1), 6, 8, 8, 3);
        Recalibration.Recalibrate(network, [images]);

        Sequential folded = Folding.Fold(network);

        Assert.DoesNotContain(AllLayers(folded), layer => layer is BatchNorm);
        Assert.Equal(AllLayers(network).Count(layer => layer is not BatchNorm), AllLayers(folded).Count());
        Assert.Equal(6, folded.Layers.OfType<Residual>().Count());
        Assert.Same(network.Layers.OfType<Residual>().First().Activation, folded.Layers.OfType<Residual>().First().Activation);
        (double difference, double largest) = Folding.Compare(network, folded, images);
        Assert.InRange(difference, 0, 1e-4 * largest);
        Assert.NotEqual(0, difference);

        // What the two share does not keep the first from being trained on.
        Sequential other = ResidualNetwork.Create(
            3, 4, new RandomSource(1), new() { Blocks = 2, Normalization = c => new BatchNorm(c.Outputs, new() { ChannelAxis = -1 }) });
        Closeness.AssertSameBits(Gradients(other), Gradients(network));

        float[] Gradients(Sequential trained)
        {
            trained.Forward(images, Pass.Training);
            trained.Backward(TestData.Tensor(TestData.Uniform(24, seed: 2), 6, 4));
            return [.. trained.Parameters.SelectMany(parameter => parameter.Gradient)];
        }

        static IEnumerable<Layer> AllLayers(Layer layer) => [layer, .. layer.Children.SelectMany(AllLayers)];
    }

    [Fact]
    public void Nested_blocks_are_folded_and_what_stands_alone_in_one_stays()
    {
        var random = new RandomSource(1);
        var norm = new BatchNorm(3);
        var inner = new Residual(new Sequential(new Conv2d(3, 3, 1, random), new BatchNorm(3)));
        var network = new Sequential(
            new Residual(new Sequential(inner, norm), new Sequential(new Conv2d(3, 3, 1, random), new BatchNorm(3))));
        Tensor<float> images = TestData.Tensor(TestData.Uniform(4 * 3 * 5 * 5, seed: 1), 4, 3, 5, 5);
        Recalibration.Recalibrate(network, [images]);

        Sequential folded = Folding.Fold(network);

        var block = (Residual)folded.Layers[0];
        Assert.Equal(["Residual", "BatchNorm"], ((Sequential)block.Body).Layers.Select(layer => layer.GetType().Name));
        Assert.Same(norm, ((Sequential)block.Body).Layers[1]);
        var body = (Sequential)((Residual)((Sequential)block.Body).Layers[0]).Body;
        Assert.Equal(["Conv2d"], body.Layers.Select(layer => layer.GetType().Name));
        Assert.Equal(["Conv2d"], ((Sequential)block.Shortcut!).Layers.Select(layer => layer.GetType().Name));
        (double difference, double largest) = Folding.Compare(network, folded, images);
        Assert.InRange(difference, 0, 1e-5 * largest);
    }

    [Fact]
    public void A_report_names_what_was_folded_and_says_why_the_rest_was_not()
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            ("linear1", new Linear(3, 5, random)), ("norm1", new BatchNorm(5)), ("norm2", new BatchNorm(5)), ("relu", new Relu()),
            ("norm3", new BatchNorm(5)), ("linear2", new Linear(5, 5, random)), ("norm4", new LayerNorm(5)),
            ("linear3", new Linear(5, 5, random)), ("norm5", new BatchNorm(5, new() { RunningAverage = null })),
            ("block", new Residual(new Sequential(new Linear(5, 5, random), new BatchNorm(5)), new BatchNorm(5))));

        Sequential folded = Folding.Fold(network, out IReadOnlyList<FoldingEntry> report);

        Assert.Equal(
            [
                "norm1 (BatchNorm): folded into linear1",
                "norm2 (BatchNorm): folded into linear1",
                "norm3 (BatchNorm): not folded. It follows a Relu; only a linear layer or a convolution takes a normalization in.",
                "norm4 (LayerNorm): not folded. A LayerNorm keeps no running statistics.",
                "norm5 (BatchNorm): not folded. The normalization uses the batch's statistics in inference, since it keeps no running "
                    + "statistics or its Source is Batch; only constants can be folded.",
                "block.body.1 (BatchNorm): folded into block.body.0",
                "block.shortcut (BatchNorm): not folded. No layer comes directly before it.",
            ],
            report.Select(entry => entry.ToString()));
        Assert.Equal([true, true, false, false, false, true, false], report.Select(entry => entry.IsFolded));
        Assert.Same(network.LayerAt("norm3"), report[2].Layer);
        Assert.Equal(
            [
                "linear1", "relu", "norm3", "linear2", "norm4", "linear3", "norm5", "block", "block.body", "block.body.0", "block.shortcut",
            ],
            folded.NamedLayers().Select(named => named.Path).Skip(1));

        Folding.Fold((Residual)network.LayerAt("block"), out report);
        Assert.Equal(["body.1", "shortcut"], report.Select(entry => entry.Path));
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Sequential)null!, out _), "network");
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Residual)null!, out _), "network");
    }

    [Fact]
    public void Normalizations_in_a_graph_fold_into_what_they_alone_read()
    {
        var random = new RandomSource(1);
        var graph = new Graph(
            new("conv1", new Conv2d(3, 4, 3, random, new() { Padding = 1, Bias = false }), Graph.Input),
            new("norm1", new BatchNorm(4), "conv1"),
            new("norm2", new BatchNorm(4), "norm1"),
            new("conv2", new Conv2d(3, 4, 1, random), Graph.Input),
            new("norm3", new BatchNorm(4), "conv2"),
            new("inner", new Sequential(new Conv2d(4, 4, 1, random), new BatchNorm(4)), "norm2", "norm3"),
            new("norm4", new BatchNorm(4), "conv2", "inner"),
            new("norm5", new BatchNorm(4), "norm4"));
        Tensor<float> images = TestData.Tensor(TestData.Uniform(4 * 3 * 25, seed: 1), 4, 3, 5, 5);
        graph.Forward(images, Pass.Training);

        Graph folded = Folding.Fold(graph, out IReadOnlyList<FoldingEntry> report);

        Assert.Equal(
            [
                "norm1 (BatchNorm): folded into conv1",
                "norm2 (BatchNorm): folded into conv1",
                "norm3 (BatchNorm): not folded. Other nodes than it read the Conv2d before it.",
                "inner.1 (BatchNorm): folded into inner.0",
                "norm4 (BatchNorm): not folded. No layer comes directly before it.",
                "norm5 (BatchNorm): not folded. It follows a BatchNorm; only a linear layer or a convolution takes a normalization in.",
            ],
            report.Select(entry => entry.ToString()));
        Assert.Equal(["conv1", "conv2", "norm3", "inner", "norm4", "norm5"], folded.Nodes.Select(node => node.Name));
        (double difference, double largest) = Folding.Compare(graph, folded, images);
        Assert.InRange(difference / largest, 0, 1e-6);

        var end = new Graph(new("conv", new Conv2d(3, 4, 3, random), Graph.Input), new("norm", new BatchNorm(4), "conv"));
        Assert.Equal(["conv"], Folding.Fold(end).Nodes.Select(node => node.Name));
    }

    [Fact]
    public void A_difference_is_found_wherever_it_is_and_NaN_is_one()
    {
        Linear one = new(2, 3, new RandomSource(1)), other = new(2, 3, new RandomSource(1));
        Tensor<float> input = TestData.Tensor<float>([1, 0, 0, 1], 2, 2);
        Assert.Equal(0, Folding.Compare(one, other, input).LargestDifference);
        other.Bias!.Values[1] -= 0.25f;
        Assert.Equal(0.25, Folding.Compare(one, other, input).LargestDifference, 1e-6);
        other.Bias.Values[0] = float.NaN;
        Assert.Equal(double.PositiveInfinity, Folding.Compare(one, other, input).LargestDifference);
    }

    [Fact]
    public void Refuses_what_does_not_fold()
    {
        var random = new RandomSource(1);
        Linear linear = new(3, 5, random);
        AssertRefused<ArgumentException>(() => Folding.Fold(linear, new BatchNorm(4)), "normalization", "4 channels", "5 outputs");
        AssertRefused<ArgumentException>(
            () => Folding.Fold(linear, new BatchNorm(5, new() { RunningAverage = null })), "normalization", "the batch's statistics");
        AssertRefused<ArgumentException>(
            () => Folding.Fold(linear, new BatchNorm(5) { Source = StatisticsSource.Batch }), "normalization", "the batch's statistics");
        AssertRefused<ArgumentException>(
            () => Folding.Compare(linear, new Linear(3, 4, random), Zeros([2, 3])), "other", "[2, 5]", "[2, 4]");
        AssertRefused<ArgumentNullException>(() => Folding.Compare(linear, linear, null!), "inputs");
        AssertRefused<ArgumentNullException>(() => Folding.Compare(null!, linear, Zeros([2, 3])), "network");
        AssertRefused<ArgumentNullException>(() => Folding.Compare(linear, null!, Zeros([2, 3])), "other");
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Sequential)null!), "network");
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Residual)null!), "network");
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Linear)null!, new BatchNorm(4)), "linear");
        AssertRefused<ArgumentNullException>(() => Folding.Fold((Conv2d)null!, new BatchNorm(4)), "convolution");
        Conv2d convolution = new(3, 5, 1, random);
        AssertRefused<ArgumentException>(() => Folding.Fold(convolution, new BatchNorm(4)), "normalization", "4 channels", "5 outputs");
        AssertRefused<ArgumentException>(
            () => Folding.Fold(convolution, new BatchNorm(5, new() { ChannelAxis = -1 })), "normalization", "axis -1", "axis 1");
        AssertRefused<ArgumentNullException>(() => Folding.Fold(linear, null!), "normalization");
    }
}
