using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Networks.Transforms;

public class UnfoldingTests
{
    private static readonly nint[] Sample = [3, 8, 8];

    public static TheoryData<string> Networks => ["sequential", "residual", "graph", "channels last", "sequences", "perceptron"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Puts_back_what_folding_took_away(string name)
    {
        (Layer network, nint[] sample) = Trained(name);
        Tensor<float>[] source = Batches(sample, seed: 1);
        Layer folded = Folding.Fold(network, out IReadOnlyList<FoldingEntry> removed);
        Assert.DoesNotContain(folded.NamedLayers(), named => named.Layer is BatchNorm);

        Layer unfolded = Unfolding.Unfold(
            folded, source, out IReadOnlyList<UnfoldingEntry> report, new() { LinearLayers = name == "perceptron" });

        Assert.Equal(removed.Count, report.Count(entry => entry.IsUnfolded));
        Assert.All(report.Where(entry => entry.IsUnfolded), entry => Assert.IsType<BatchNorm>(unfolded.LayerAt(entry.FollowedBy!)));
        (double difference, double largest) = Folding.Compare(folded, unfolded, source[0]);
        Assert.InRange(difference, 0, 1e-6 * largest);

        // Folded again, the weights are those of before, and so are the biases but for what a large shift hides.
        Layer again = Folding.Fold(unfolded);
        foreach (((string path, Parameter before), (_, Parameter after)) in folded.NamedParameters().Zip(again.NamedParameters()))
        {
            Assert.Equal(before.Value.Lengths.ToArray(), after.Value.Lengths.ToArray());
            double tolerance = path.EndsWith("bias", StringComparison.Ordinal) ? 1e-15 : 0;
            Assert.All(before.Value.Zip(after.Value), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Recalibrated_it_is_what_the_network_with_its_own_normalizations_becomes(string name)
    {
        (Layer network, nint[] sample) = Trained(name);
        Tensor<float>[] source = Batches(sample, seed: 1), target = Batches(sample, seed: 2, shift: 0.7f, scale: 0.4f);
        Recalibration.Recalibrate(network, source);
        Layer unfolded = Unfolding.Unfold(Folding.Fold(network), source, out _, new() { LinearLayers = name == "perceptron" });
        float[] unadapted = [.. network.Predict(target[0])];

        Recalibration.Recalibrate(unfolded, target);
        Recalibration.Recalibrate(network, target);

        float[] expected = [.. network.Predict(target[0])], actual = [.. unfolded.Predict(target[0])];
        double scale = expected.Max(Math.Abs);
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 2e-3 * scale); // ε is added to other variances
        Assert.True(expected.Zip(unadapted, (e, u) => Math.Abs(e - u)).Max() > 0.05 * scale);
    }

    [Fact]
    public void Statistics_are_those_of_all_data_and_make_the_identity()
    {
        var random = new RandomSource(3);
        var network = new Sequential(
            new Conv2d(3, 4, 3, random, new Conv2dOptions { Padding = 1 }), new Relu(), new Flatten(), new Linear(256, 2, random));
        Tensor<float>[] source = [.. Batches(Sample, seed: 1), .. Batches(Sample, seed: 2, count: 1)];

        Sequential unfolded = Unfolding.Unfold(network, source, out _);

        var normalization = (BatchNorm)unfolded.Layers[1];
        double[][] values = [.. Enumerable.Range(0, 4).Select(_ => Array.Empty<double>())];
        foreach (Tensor<float> batch in source)
        {
            Tensor<float> output = network.Layers[0].Forward(batch, Pass.Inference);
            for (int i = 0; i < output.FlattenedLength; i++)
            {
                int channel = i / 64 % 4;
                values[channel] = [.. values[channel], output.Elements()[i]];
            }
        }

        for (int c = 0; c < 4; c++)
        {
            double mean = values[c].Average();
            double variance = values[c].Sum(value => (value - mean) * (value - mean)) / (values[c].Length - 1);
            Assert.Equal(mean, normalization.RunningStatistics!.Mean[c], 1e-7 * Math.Sqrt(variance));
            Assert.Equal(variance, normalization.RunningStatistics.Variance[c], 2e-7 * variance);
            Assert.Equal(normalization.Bias!.Values[c], normalization.RunningStatistics.Mean[c]);
            Assert.Equal(
                normalization.Weight!.Values[c], Math.Sqrt(normalization.RunningStatistics.Variance[c] + 1e-5), 1e-14);
        }
    }

    [Fact]
    public void A_constant_channel_has_no_variance_and_stays_what_it_is()
    {
        var random = new RandomSource(3);
        var convolution = new Conv2d(3, 4, 3, random);
        convolution.Weight.Values[..27].Clear();
        var network = new Sequential(convolution, new Flatten(), new Linear(144, 2, random));
        Tensor<float>[] source = Batches(Sample, seed: 1);

        foreach (double epsilon in (double[])[1e-5, 1e-3, 1e-38, 1e-70])
        {
            Sequential unfolded = Unfolding.Unfold(network, source, out _, new() { Epsilon = epsilon });

            var normalization = (BatchNorm)unfolded.Layers[1];
            Assert.InRange(normalization.RunningStatistics!.Variance[0], 0, 1e-6 * epsilon);
            (double difference, double largest) = Folding.Compare(network, unfolded, source[0]);
            Assert.InRange(difference, 0, 1e-6 * largest);
        }
    }

    [Fact]
    public void Only_convolutions_that_folding_can_have_left_are_unfolded()
    {
        var random = new RandomSource(4);
        var network = new Sequential(
            ("bare", new Conv2d(3, 4, 1, random, new Conv2dOptions { Bias = false })),
            ("normalized", new Conv2d(4, 4, 1, random)),
            ("norm", new InstanceNorm(4)),
            ("residual", new Residual(new Conv2d(4, 4, 1, random), new Conv2d(4, 4, 1, random), new Relu())),
            ("hidden", new Conv2d(4, 4, 1, random)),
            ("hidden_norm", new Relu()),
            ("head", new Conv2d(4, 2, 1, random)),
            ("softmax", new Softmax(1)));

        Layer unfolded = Unfolding.Unfold(network, Batches(Sample, seed: 1), out IReadOnlyList<UnfoldingEntry> report);

        Assert.Equal(
            [
                "bare (Conv2d): not unfolded. It has no bias, which folding would have given it.",
                "normalized (Conv2d): not unfolded. A InstanceNorm follows it.",
                "residual.body (Conv2d): followed by residual.body.1",
                "residual.shortcut (Conv2d): followed by residual.shortcut.1",
                "hidden (Conv2d): followed by hidden_norm_norm",
                "head (Conv2d): not unfolded. It gives the network's outputs.",
            ],
            report.Select(entry => entry.ToString()));
        Assert.Equal(network.NamedLayers().Count() + 5, unfolded.NamedLayers().Count()); // 3 normalizations, 2 containers
    }

    [Fact]
    public void Linear_layers_on_sequences_are_left_alone()
    {
        var random = new RandomSource(1);
        var rows = new Sequential(
            new Conv1d(3, 3, 1, random), new Relu(), new Linear(8, 8, random), new Relu(), new Flatten(), new Linear(24, 2, random));
        Tensor<float>[] source = [TestData.Tensor(TestData.Uniform(48, 1), 2, 3, 8)];
        Layer unfolded = Unfolding.Unfold(rows, source, out IReadOnlyList<UnfoldingEntry> report, new() { LinearLayers = true });
        Assert.Equal([true, false, false], report.Select(entry => entry.IsUnfolded));
        Assert.Contains("[N, features]", report[1].Reason, StringComparison.Ordinal);
        Assert.Equal(7, unfolded.Children.Count);
    }

    [Fact]
    public void What_follows_a_convolution_is_found_across_containers_and_so_are_the_outputs()
    {
        var random = new RandomSource(4);
        var last = new Residual(new Conv2d(4, 4, 1, random), new Conv2d(4, 4, 1, random));
        var network = new Sequential(
            ("inner", new Sequential(new Conv2d(3, 4, 1, random), new Identity())),
            ("norm", new BatchNorm(4)),
            ("a", new Conv2d(4, 4, 1, random)),
            ("relu", new Relu()),
            ("a_norm", new Conv2d(4, 4, 1, random)),
            ("relu2", new Relu()),
            ("last", last),
            ("pool", new GlobalAveragePool2d()));

        Sequential unfolded = Unfolding.Unfold(network, Batches(Sample, seed: 1), out IReadOnlyList<UnfoldingEntry> report);

        Assert.Equal(
            [
                "inner.0 (Conv2d): not unfolded. A BatchNorm follows it.",
                "a (Conv2d): followed by a_norm_norm",
                "a_norm (Conv2d): followed by a_norm_norm_norm",
                "last.body (Conv2d): not unfolded. It gives the network's outputs.",
                "last.shortcut (Conv2d): not unfolded. It gives the network's outputs.",
            ],
            report.Select(entry => entry.ToString()));

        // Behind an activation of hidden layers, features are expected, and only the last layer is spared.
        var features = new Sequential(new Conv2d(3, 4, 1, random), last, new Relu(), new GlobalAveragePool2d());
        Unfolding.Unfold(features, Batches(Sample, seed: 1), out report);
        Assert.Equal([true, true, false], report.Select(entry => entry.IsUnfolded));
    }

    [Fact]
    public void The_network_and_its_observers_are_left_as_they_were()
    {
        (Layer network, nint[] sample) = Trained("residual");
        Layer folded = Folding.Fold(network);
        byte[] before = Bytes(folded);
        int seen = 0;
        using (folded.NamedLayers().First(named => named.Layer is Conv2d).Layer.Observe(forward: (_, _, _) => seen++))
        {
            Unfolding.Unfold(folded, Batches(sample, seed: 1), out _);
        }

        Assert.Equal(2, seen);
        Assert.Equal(before, Bytes(folded));
    }

    [Fact]
    public void Refuses_what_gives_no_statistics()
    {
        (Layer network, nint[] sample) = Trained("sequential");
        Layer folded = Folding.Fold(network);
        Tensor<float>[] source = Batches(sample, seed: 1);
        Tensor<float> nan = TestData.Tensor(Enumerable.Repeat(float.NaN, 192).ToArray(), 1, 3, 8, 8);
        Assert.Throws<ArgumentNullException>(() => Unfolding.Unfold<Layer>(null!, source, out _));
        Assert.Throws<ArgumentNullException>(() => Unfolding.Unfold(folded, null!, out _));
        Assert.Throws<ArgumentNullException>(() => Unfolding.Unfold(folded, [null!], out _));
        Assert.Contains("no batches", Assert.Throws<ArgumentException>(() => Unfolding.Unfold(folded, [], out _)).Message);
        Assert.Contains("too few finite", Assert.Throws<ArgumentException>(() => Unfolding.Unfold(folded, [nan], out _)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Unfolding.Unfold(folded, source, new() { Epsilon = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Unfolding.Unfold(folded, source, new() { Epsilon = 1e300 }));
        Assert.Throws<ArgumentException>(() => Unfolding.Unfold(folded, [TestData.Tensor(new float[4], 1, 4)], out _));
        Assert.Throws<OperationCanceledException>(() => Unfolding.Unfold(
            folded, source, out _, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static (Layer Network, nint[] Sample) Trained(string name)
    {
        var random = new RandomSource(5);
        (Layer network, nint[] sample) = Create(name, random);
        foreach (BatchNorm normalization in network.NamedLayers().Select(named => named.Layer).OfType<BatchNorm>())
        {
            random.Next().FillNormal(normalization.Weight!.Values, mean: -0.5f, standardDeviation: 1);
            random.Next().FillNormal(normalization.Bias!.Values, mean: 0, standardDeviation: 1);
        }

        foreach (Tensor<float> batch in Batches(sample, seed: 7))
        {
            network.Forward(batch, Pass.Training);
        }

        return (network, sample);
    }

    private static (Layer Network, nint[] Sample) Create(string name, RandomSource random)
    {
        var same = new Conv2dOptions { Padding = 1, Bias = false };
        return name switch
        {
            "sequential" => (new Sequential(
                ("conv", new Conv2d(3, 6, 3, random, same)),
                ("norm", new BatchNorm(6)),
                ("relu", new Relu()),
                ("depthwise", new Conv2d(6, 6, 3, random, same with { Groups = 6, Bias = true })),
                ("norm2", new BatchNorm(6, new() { Epsilon = 1e-3 })),
                ("pool", new GlobalAveragePool2d()),
                ("linear", new Linear(6, 4, random))), Sample),
            "residual" => (ResidualNetwork.Create(3, 4, random, new ResidualNetworkOptions
            {
                Normalization = before => new BatchNorm(before.Outputs, new() { ChannelAxis = -1 }),
            }), [8, 8, 3]),
            "graph" => (new Graph(
                new GraphNode("conv", new Conv2d(3, 6, 3, random, same), Graph.Input),
                new GraphNode("norm", new BatchNorm(6), "conv"),
                new GraphNode("relu", new Relu(), "norm"),
                new GraphNode("left", new Conv2d(6, 5, 1, random, new() { Bias = false }), "relu"),
                new GraphNode("left_norm", new BatchNorm(5), "left"),
                new GraphNode("both", new Relu(), "left_norm", "relu") { Combination = Combination.Concatenation },
                new GraphNode("pool", new GlobalAveragePool2d(), "both"),
                new GraphNode("linear", new Linear(11, 4, random), "pool")), Sample),
            "channels last" => (new Sequential(
                new Conv2d(3, 6, 3, random, same with { ChannelAxis = -1 }),
                new BatchNorm(6, new() { ChannelAxis = -1 }),
                new Relu(),
                new Flatten(),
                new Linear(384, 4, random)), [8, 8, 3]),
            "sequences" => (new Sequential(
                new Conv1d(3, 6, 3, random, new Conv1dOptions { Bias = false }),
                new BatchNorm(6),
                new Silu(),
                new Flatten(),
                new Linear(84, 4, random)), [3, 16]),
            _ => (MultilayerPerceptron.Create(12, [8, 7], 4, random, new() { Normalization = before => new BatchNorm(before.Outputs) }),
                [12]),
        };
    }

    private static Tensor<float>[] Batches(nint[] sample, int seed, float shift = 0, float scale = 1, int count = 24)
    {
        int length = (int)TensorPrimitives.Product<nint>(sample);
        return
        [
            .. Enumerable.Range(0, 2).Select(i => TestData.Tensor(
                [.. TestData.Uniform(count * length, seed: 10 * seed + i).Select(value => scale * value + shift)], [count, .. sample])),
        ];
    }

    private static byte[] Bytes(Layer network)
    {
        using var stream = new MemoryStream();
        new ModelFile(network).Write(stream);
        return stream.ToArray();
    }
}
