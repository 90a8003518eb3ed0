using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Normalization.Statistics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

public class RecalibrationTests
{
    private static readonly float[] Data = TestData.Channels(new ChannelView(60, 4, 1), seed: 1, center: 3);

    [Theory]
    [InlineData(60)]
    [InlineData(59, 1)]
    [InlineData(1, 7, 30, 22)]
    public void Statistics_become_those_of_all_the_data_however_it_is_cut(params int[] sizes)
    {
        var random = new RandomSource(1);
        BatchNorm first = new(5), second = new(3, new() { RunningVariance = VarianceEstimator.Population });
        second.Freeze();
        Linear linear = new(4, 5, random), between = new(5, 3, random);
        var network = new Sequential(linear, first, new Relu(), between, second);

        IReadOnlyList<StatisticsDrift> drift = Recalibration.Recalibrate(network, Batches(sizes));

        // Layer by layer by hand: each behind layers that are already set.
        Tensor<float> all = TestData.Tensor(Data, 60, 4);
        AssertPooled(first, [.. linear.Forward(all, Pass.Inference)], 60.0 / 59);
        float[] normalized = [.. first.Forward(linear.Forward(all, Pass.Inference), Pass.Inference)];
        float[] activated = Array.ConvertAll(normalized, value => Math.Max(0, value));
        AssertPooled(second, [.. between.Forward(TestData.Tensor(activated, 60, 5), Pass.Inference)], 1);

        Assert.Equal<RunningNormalization>([first, second], drift.Select(layer => layer.Layer));
        Assert.All(drift, layer =>
        {
            var statistics = (RunningStatistics)layer.Layer.RunningStatistics!;
            Assert.Equal(statistics.Mean, layer.Channels.Select(channel => channel.MeanAfter));
            Assert.Equal(statistics.Variance, layer.Channels.Select(channel => channel.VarianceAfter));
            Assert.All(layer.Channels, channel => Assert.Equal((0, 1), (channel.MeanBefore, channel.VarianceBefore)));
            Assert.All(layer.Channels, channel =>
                Assert.Equal((channel.MeanAfter, channel.VarianceAfter), (channel.MeanShift, channel.VarianceRatio)));
        });

        // Once more moves nothing.
        Assert.All(Recalibration.Recalibrate(network, Batches(sizes)).SelectMany(layer => layer.Channels), channel =>
            Assert.Equal((channel.MeanBefore, channel.VarianceBefore), (channel.MeanAfter, channel.VarianceAfter)));
    }

    [Theory]
    [MemberData(nameof(RunningNormalizers.All), MemberType = typeof(RunningNormalizers))]
    public void Inference_of_every_normalizer_is_then_by_the_pooled_moments(string name)
    {
        Linear linear = new(4, 3, new RandomSource(1));
        RunningNormalization norm = RunningNormalizers.Make(name, linear);
        var network = new Sequential(linear, norm);
        Tensor<float> all = TestData.Tensor(Data, 60, 4);
        double[] x = TestData.Widen([.. linear.Forward(all, Pass.Inference)]);
        (double[] mean, double[] variance) = BatchNormReference.Statistics(x, new ChannelView(60, 3, 1));

        StatisticsDrift drift = Assert.Single(Recalibration.Recalibrate(network, Batches(1, 7, 30, 22)));

        Assert.Same(norm, drift.Layer);
        Assert.Equal(norm.RunningStatistics!.Mean, drift.Channels.Select(channel => channel.MeanAfter));
        Closeness.AssertClose(
            [.. x.Select((value, i) => norm.Weight!.Values[i % 3] * (value - mean[i % 3])
                / RunningNormalizers.Deviation(name, variance[i % 3], 60) + norm.Bias!.Values[i % 3])],
            [.. network.Forward(all, Pass.Inference)],
            Tolerances.Forward);
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("batch, population")]
    [InlineData("ghost", 7, 8, 8, 8, 6, 8, 8, 7)]
    [InlineData("accumulated")]
    [InlineData("renorm")]
    [InlineData("cross-iteration")]
    public void The_average_of_batches_is_that_of_the_paper_and_each_batch_counts_once(string name, params int[] parts)
    {
        int[] sizes = [7, 30, 23];
        Linear linear = new(4, 3, new RandomSource(1));
        RunningNormalization norm = RunningNormalizers.Make(name, linear);
        double[] x = TestData.Widen([.. linear.Forward(TestData.Tensor(Data, 60, 4), Pass.Inference)]);

        // Algorithm 2: E[x] is the mean of the means, Var[x] = m/(m − 1) times the mean of the variances.
        double[] mean = new double[3], variance = new double[3];
        parts = parts.Length == 0 ? sizes : parts;
        for (int i = 0; i < parts.Length; i++)
        {
            int start = 3 * parts[..i].Sum(), m = parts[i];
            (double[] ofBatch, double[] spread) = BatchNormReference.Statistics(x[start..(start + 3 * m)], new ChannelView(m, 3, 1));
            for (int c = 0; c < 3; c++)
            {
                mean[c] += ofBatch[c] / parts.Length;
                variance[c] += (double)m / (m - 1) * spread[c] / parts.Length;
            }
        }

        Recalibration.Recalibrate(new Sequential(linear, norm), Batches(sizes), RecalibrationEstimate.AverageOfBatches);

        Closeness.AssertClose(mean, norm.RunningStatistics!.Mean.Elements(), Tolerances.DoubleSums);
        Closeness.AssertClose(
            name == "renorm" ? [.. variance.Select(value => 0.05 + value)] : variance,
            [.. Enumerable.Range(0, 3).Select(norm.RunningStatistics.VarianceAt)],
            Tolerances.DoubleSums);
    }

    [Fact]
    public void Each_sample_is_a_batch_to_an_average_for_instance_normalization()
    {
        var norm = new InstanceNorm(2, new() { RunningAverage = RunningAverage.Exponential(0.3) });
        Tensor<float> first = TestData.Tensor(Data[..30], 3, 2, 5), second = TestData.Tensor(Data[30..50], 2, 2, 5);
        var expected = new InstanceNorm(2, new() { RunningAverage = RunningAverage.Cumulative });
        for (int sample = 0; sample < 5; sample++)
        {
            expected.Forward(TestData.Tensor(Data[(10 * sample)..(10 * (sample + 1))], 1, 2, 5), Pass.Training);
        }

        Recalibration.Recalibrate(norm, [first, second], RecalibrationEstimate.AverageOfBatches);

        Assert.Equal(expected.RunningStatistics!.Mean, norm.RunningStatistics!.Mean);
        Assert.Equal(expected.RunningStatistics.Variance, norm.RunningStatistics.Variance);
    }

    [Fact]
    public void A_batch_of_one_value_cannot_be_averaged_and_changes_nothing()
    {
        foreach (string name in (string[])["batch", "batch, population", "renorm", "instance"])
        {
            Linear linear = new(4, 3, new RandomSource(1));
            RunningNormalization norm = RunningNormalizers.Make(name, linear);
            AssertRefused<ArgumentException>(
                () => Recalibration.Recalibrate(new Sequential(linear, norm), Batches(59, 1), RecalibrationEstimate.AverageOfBatches),
                "batches",
                "one value per channel", "pool");
            Assert.All(norm.RunningStatistics!.Mean, value => Assert.Equal(0, value));
            norm.Forward(Zeros([1, 3]), Pass.Inference); // and nothing is gathered any more
        }
    }

    [Fact]
    public void What_fails_at_a_later_layer_leaves_the_earlier_ones_as_they_were()
    {
        var first = new BatchRenorm(4);
        var network = new Sequential(first, new Linear(4, 3, new RandomSource(1)), new BatchNorm(3));
        AssertRefused<ArgumentException>(
            () => Recalibration.Recalibrate(network, [TestData.Tensor(Data[..4], 1, 4)]), "batches", "channel 0");
        Assert.All(first.RunningStatistics.Mean, value => Assert.Equal(0, value));
        Assert.All(first.RunningStatistics.Deviation, value => Assert.Equal(1, value));
    }

    [Theory]
    [InlineData(RecalibrationEstimate.Pooled)]
    [InlineData(RecalibrationEstimate.AverageOfBatches)]
    public void A_batch_with_NaN_in_one_channel_counts_for_the_others(RecalibrationEstimate estimate)
    {
        float[] spoiled = [.. Data];
        spoiled[1] = float.NaN;
        var clean = new BatchNorm(4);
        var norm = new BatchNorm(4);
        Recalibration.Recalibrate(clean, [TestData.Tensor(Data, 60, 4), TestData.Tensor(Data, 60, 4)], estimate);
        Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 60, 4), TestData.Tensor(Data, 60, 4)], estimate);
        foreach (int channel in (int[])[0, 2, 3])
        {
            Assert.Equal(clean.RunningStatistics!.Mean[channel], norm.RunningStatistics!.Mean[channel]);
            Assert.Equal(clean.RunningStatistics.Variance[channel], norm.RunningStatistics.Variance[channel]);
        }

        Recalibration.Recalibrate(clean, [TestData.Tensor(Data, 60, 4)], estimate);
        Assert.Equal(clean.RunningStatistics!.Variance[1], norm.RunningStatistics!.Variance[1]);
        AssertRefused<ArgumentException>(
            () => Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 60, 4)], estimate), "batches", "channel 1");
    }

    [Fact]
    public void A_channel_that_stays_constant_does_not_drift()
    {
        Assert.Equal((0, 1), Drift(new ChannelDrift(3, 0, 3, 0)));
        Assert.Equal((double.PositiveInfinity, 1), Drift(new ChannelDrift(3, 0, 4, 0)));
        Assert.Equal((0, double.PositiveInfinity), Drift(new ChannelDrift(3, 0, 3, 2)));
        Assert.Equal((-0.5, 2.25), Drift(new ChannelDrift(3, 4, 2, 9)));

        static (double, double) Drift(ChannelDrift drift) => (drift.MeanShift, drift.VarianceRatio);
    }

    [Fact]
    public void Weights_and_settings_stay_and_training_goes_on_as_before()
    {
        var norm = new BatchNorm(4);
        norm.Freeze();
        Recalibration.Recalibrate(norm, Batches(60));
        Assert.True(norm.IsFrozen);
        Assert.All(norm.Weight!.Value, value => Assert.Equal(1, value));
        RunningStatistics statistics = norm.RunningStatistics!;
        double mean = statistics.Mean[0];
        norm.Forward(TestData.Tensor(Data, 60, 4), Pass.Training);
        Assert.Equal(mean, statistics.Mean[0]);
    }

    [Fact]
    public void Batches_that_are_not_finite_are_left_out()
    {
        BatchNorm clean = new(4), norm = new(4);
        float[] spoiled = [.. Enumerable.Repeat(float.NaN, 8)];
        Recalibration.Recalibrate(clean, Batches(60));
        Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 2, 4), .. Batches(60)]);
        Assert.Equal(clean.RunningStatistics!.Mean, norm.RunningStatistics!.Mean);
        Assert.Equal(clean.RunningStatistics.Variance, norm.RunningStatistics.Variance);

        Recalibration.Recalibrate(clean, Batches(30, 30), RecalibrationEstimate.AverageOfBatches);
        Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 2, 4), .. Batches(30, 30)], RecalibrationEstimate.AverageOfBatches);
        Assert.Equal(clean.RunningStatistics.Variance, norm.RunningStatistics.Variance);
        foreach (RecalibrationEstimate estimate in Enum.GetValues<RecalibrationEstimate>())
        {
            AssertRefused<ArgumentException>(
                () => Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 2, 4)], estimate), "batches", "too few");
        }
    }

    [Fact]
    public void A_chunk_that_is_not_finite_is_left_out_by_itself()
    {
        GhostBatchNorm clean = new(2, 4), norm = new(2, 4);
        float[] spoiled = [.. Enumerable.Repeat(float.NaN, 8), .. Data];
        Recalibration.Recalibrate(clean, Batches(60));
        Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 62, 4)]);
        Closeness.AssertClose(
            clean.RunningStatistics!.Variance.Elements(), norm.RunningStatistics!.Variance.Elements(), Tolerances.DoubleSums);
    }

    [Fact]
    public void Networks_without_running_statistics_have_nothing_to_set()
    {
        Assert.Empty(Recalibration.Recalibrate(new Relu(), Batches(60)));
        Assert.Empty(Recalibration.Recalibrate(new BatchNorm(4, new() { RunningAverage = null }), Batches(60)));
    }

    [Fact]
    public void Refuses_data_that_does_not_do_and_changes_nothing()
    {
        var norm = new BatchNorm(4);
        AssertRefused<ArgumentException>(() => Recalibration.Recalibrate(norm, []), "batches", "no batches");
        AssertRefused<ArgumentException>(() => Recalibration.Recalibrate(norm, [TestData.Tensor(Data[..4], 1, 4)]), "batches", "too few");
        AssertRefused<ArgumentException>(() => Recalibration.Recalibrate(norm, [Zeros([3, 5])]), "input", "5 channels");
        AssertRefused<ArgumentNullException>(() => Recalibration.Recalibrate(null!, Batches(60)), "network");
        AssertRefused<ArgumentNullException>(() => Recalibration.Recalibrate(norm, null!), "batches");
        AssertRefused<ArgumentNullException>(() => Recalibration.Recalibrate(norm, [.. Batches(60), null!]), "batches");
        AssertRefused<ArgumentOutOfRangeException>(
            () => Recalibration.Recalibrate(norm, Batches(60), (RecalibrationEstimate)7), "estimate", "7");
        Assert.Throws<OperationCanceledException>(
            () => Recalibration.Recalibrate(norm, Batches(60), cancellationToken: new CancellationToken(canceled: true)));
        Assert.All(norm.RunningStatistics!.Mean, value => Assert.Equal(0, value));

        // And nothing is gathered any more.
        norm.Forward(TestData.Tensor(Data, 60, 4), Pass.Inference);
        Assert.All(norm.RunningStatistics.Variance, value => Assert.Equal(1, value));
    }

    private static void AssertPooled(BatchNorm layer, float[] inputs, double sampleFactor)
    {
        (double[] mean, double[] variance) = BatchNormReference.Statistics(
            TestData.Widen(inputs), new ChannelView(60, layer.Channels, 1));
        Closeness.AssertClose(mean, layer.RunningStatistics!.Mean.Elements(), Tolerances.DoubleSums);
        Closeness.AssertClose(
            [.. variance.Select(v => sampleFactor * v)], layer.RunningStatistics.Variance.Elements(), Tolerances.DoubleSums);
    }

    private static Tensor<float>[] Batches(params int[] sizes) =>
        [.. sizes.Select((size, i) => TestData.Tensor(Data[(4 * sizes[..i].Sum())..(4 * sizes[..(i + 1)].Sum())], size, 4))];
}
