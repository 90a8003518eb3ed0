using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
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

        Assert.Equal([first, second], drift.Select(layer => layer.Layer));
        Assert.All(drift, layer =>
        {
            RunningStatistics statistics = layer.Layer.RunningStatistics!;
            Assert.Equal(statistics.Mean, layer.Channels.Select(channel => channel.MeanAfter));
            Assert.Equal(statistics.Variance, layer.Channels.Select(channel => channel.VarianceAfter));
            Assert.All(layer.Channels, channel => Assert.Equal((0, 1), (channel.MeanBefore, channel.VarianceBefore)));
            Assert.All(layer.Channels, channel => Assert.Equal((channel.MeanAfter, channel.VarianceAfter), (channel.MeanShift, channel.VarianceRatio)));
        });

        // Once more moves nothing.
        Assert.All(Recalibration.Recalibrate(network, Batches(sizes)).SelectMany(layer => layer.Channels), channel =>
            Assert.Equal((channel.MeanBefore, channel.VarianceBefore), (channel.MeanAfter, channel.VarianceAfter)));
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
        float[] spoiled = [.. Data[..8]];
        spoiled[5] = float.NaN;
        Recalibration.Recalibrate(clean, Batches(60));
        Recalibration.Recalibrate(norm, [TestData.Tensor(spoiled, 2, 4), .. Batches(60)]);
        Assert.Equal(clean.RunningStatistics!.Mean, norm.RunningStatistics!.Mean);
        Assert.Equal(clean.RunningStatistics.Variance, norm.RunningStatistics.Variance);
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
        Assert.Throws<OperationCanceledException>(() => Recalibration.Recalibrate(norm, Batches(60), new CancellationToken(canceled: true)));
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
        Closeness.AssertClose([.. variance.Select(v => sampleFactor * v)], layer.RunningStatistics.Variance.Elements(), Tolerances.DoubleSums);
    }

    private static Tensor<float>[] Batches(params int[] sizes) =>
        [.. sizes.Select((size, i) => TestData.Tensor(Data[(4 * sizes[..i].Sum())..(4 * sizes[..(i + 1)].Sum())], size, 4))];
}
