using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization.Statistics;

/// <summary>Replicas that exchange statistics normalize as one layer does the batches they see together.</summary>
public class SynchronizedBatchNormTests
{
    [Theory]
    [InlineData(1, false, 3, 5, 1)]
    [InlineData(-1, false, 3, 5, 1)]
    [InlineData(1, false, 1, 1)]
    [InlineData(1, false, 400, 7, 300, 1)]
    [InlineData(1, true, 3, 5, 1)]
    [InlineData(-1, true, 4, 2)]
    public void Unequal_shares_give_what_the_whole_batch_gives(int axis, bool masked, params int[] shares)
    {
        const int Channels = 17, Places = 3;
        int samples = shares.Sum();
        nint[] shape = axis == 1 ? [Channels, Places] : [Places, Channels];
        int perSample = Channels * Places;
        float[] x = TestData.Channels(new ChannelView(samples, Channels, Places), seed: 1), dy = TestData.Uniform(x.Length, seed: 2);

        // The last share has nothing that is kept.
        bool[]? kept = masked
            ? [.. Enumerable.Range(0, samples * Places).Select(i => i % 4 != 1 && i < (samples - shares[^1]) * Places)]
            : null;
        var whole = new BatchNorm(Channels, new() { ChannelAxis = axis });
        var replicas = new Replicas(shares.Length);
        BatchNorm[] layers =
            [.. shares.Select((_, i) => new BatchNorm(Channels, new() { ChannelAxis = axis, Exchange = replicas.Link(i) }))];
        foreach (Parameter parameter in layers.Append(whole).SelectMany(layer => layer.Parameters))
        {
            TestData.Uniform(Channels, seed: parameter.Name.Length).CopyTo(parameter.Values);
        }

        float[] y = [.. Normalizer.Forward(whole, Of(x, 0, samples), MaskOf(0, samples))];
        float[] dx = [.. whole.Backward(Of(dy, 0, samples))];
        float[] shareY = new float[y.Length], shareDx = new float[y.Length];
        replicas.Run(i =>
        {
            int start = shares[..i].Sum();
            Normalizer.Forward(layers[i], Of(x, start, shares[i]), MaskOf(start, shares[i])).FlattenTo(shareY.AsSpan(start * perSample));
            layers[i].Backward(Of(dy, start, shares[i])).FlattenTo(shareDx.AsSpan(start * perSample));
        });

        Closeness.AssertClose(TestData.Widen(y), shareY, Tolerances.Forward, what: "output");
        Closeness.AssertClose(TestData.Widen(dx), shareDx, Tolerances.InputGradient, what: "input gradient");
        for (int p = 0; p < 2; p++)
        {
            double[] sum = [.. Enumerable.Range(0, Channels).Select(c => layers.Sum(layer => (double)layer.Parameters[p].Gradients[c]))];
            Closeness.AssertClose(TestData.Widen(whole.Parameters[p].Gradients), sum, shares.Length * Tolerances.RoundedOnce);
        }

        Assert.All(layers, layer =>
        {
            RunningStatistics expected = whole.RunningStatistics!, actual = layer.RunningStatistics!;
            Closeness.AssertClose(expected.Mean.Elements(), actual.Mean.Elements(), Tolerances.DoubleSums);
            Closeness.AssertClose(expected.Variance.Elements(), actual.Variance.Elements(), Tolerances.DoubleSums);
            Assert.Equal(layers[0].RunningStatistics!.Variance, actual.Variance);
        });

        Tensor<float> Of(float[] values, int start, int count) =>
            TestData.Tensor(values[(start * perSample)..((start + count) * perSample)], [count, .. shape]);

        Tensor<bool>? MaskOf(int start, int count) =>
            kept is null ? null : TestData.Tensor(kept[(start * Places)..((start + count) * Places)], count, Places);
    }

    [Fact]
    public void Nothing_is_exchanged_where_running_statistics_normalize()
    {
        var replicas = new Replicas(1);
        var layer = new BatchNorm(3, new() { Exchange = replicas.Link(0) });
        layer.Freeze();
        Tensor<float> input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3);
        replicas.Run(_ =>
        {
            layer.Forward(input, Pass.Training);
            layer.Backward(input);
            layer.Forward(input, Pass.Inference);
            layer.Backward(input);
        });
        Assert.Equal(0, replicas.Exchanges);
    }

    [Fact]
    public void A_batch_that_is_refused_is_refused_by_all_replicas_and_one_sample_on_each_is_none()
    {
        var replicas = new Replicas(2);
        BatchNorm[] layers = [.. Enumerable.Range(0, 2).Select(i => new BatchNorm(1, new() { Exchange = replicas.Link(i) }))];
        Tensor<float> one = TestData.Tensor<float>([1], 1, 1);
        replicas.Run(i => layers[i].Forward(one, Pass.Training));

        Tensor<bool> none = TestData.Tensor([false], 1);
        replicas.Run(i => Refusals.AssertRefused<ArgumentException>(
            () => layers[i].Forward(one, none, Pass.Training), "input", "no value that is kept"));
        replicas.Run(i => Refusals.AssertRefused<ArgumentException>(
            () => layers[i].Forward(one, TestData.Tensor([i == 0], 1), Pass.Training), "input", "one value"));
    }

    [Fact]
    public void An_exchange_that_fails_leaves_no_gradient_half_added()
    {
        var exchange = new FailingExchange();
        BatchNorm layer = new(3, new() { Exchange = exchange }), alone = new(3);
        Tensor<float> input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3),
            gradient = TestData.Tensor(TestData.Uniform(12, seed: 2), 4, 3);
        alone.Forward(input, Pass.Training);
        float[] expected = [.. alone.Backward(gradient)];

        layer.Forward(input, Pass.Training);
        exchange.Fails = true;
        Assert.Throws<IOException>(() => layer.Backward(gradient));
        exchange.Fails = false;

        Assert.Equal(expected, layer.Backward(gradient));
        Assert.Equal(alone.Weight!.Gradient, layer.Weight!.Gradient);
        Assert.Equal(alone.Bias!.Gradient, layer.Bias!.Gradient);
    }

    [Fact]
    public void A_share_without_samples_is_one_that_a_mask_leaves_out()
    {
        var replicas = new Replicas(2);
        BatchNorm[] layers = [.. Enumerable.Range(0, 2).Select(i => new BatchNorm(2, new() { Exchange = replicas.Link(i) }))];
        var alone = new BatchNorm(2);
        Tensor<float> input = TestData.Tensor<float>([1, 2, 3, 5], 2, 2);
        alone.Forward(input, Pass.Training);
        float[] expected = [.. alone.Backward(input)];

        // An empty tensor is refused before the other replica is kept waiting for anything.
        Refusals.AssertInputRefused(layers[0], [0, 2], "empty");
        Assert.Equal(0, replicas.Exchanges);

        float[] left = [], dx = [];
        replicas.Run(i =>
        {
            if (i == 0)
            {
                layers[0].Forward(TestData.Tensor<float>([float.NaN, 9], 1, 2), TestData.Tensor([false], 1), Pass.Training);
                left = [.. layers[0].Backward(TestData.Tensor<float>([7, 7], 1, 2))];
            }
            else
            {
                layers[1].Forward(input, Pass.Training);
                dx = [.. layers[1].Backward(input)];
            }
        });

        Assert.Equal([0, 0], left);
        Assert.Equal(expected, dx);
        Assert.All(layers[0].Weight!.Gradient, value => Assert.Equal(0, value));
        Assert.Equal(alone.RunningStatistics!.Variance, layers[0].RunningStatistics!.Variance);
    }

    private sealed class FailingExchange : IStatisticsExchange
    {
        public bool Fails { get; set; }

        public void Merge(Span<Moments> moments)
        {
        }

        public void Sum(Span<GradientSums> sums)
        {
            if (Fails)
            {
                sums.Clear(); // it got no further
                throw new IOException("The link is down.");
            }
        }
    }
}
