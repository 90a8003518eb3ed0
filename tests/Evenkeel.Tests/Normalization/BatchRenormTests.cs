using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

public class BatchRenormTests
{
    private const double Unlimited = double.PositiveInfinity;
    private const double SmallestNormal = 1.2e-38;

    private static readonly (ChannelView View, nint[] Lengths, int Axis)[] Layouts =
    [
        (new(5, 4, 1), [5, 4], 1), (new(2, 18, 1), [2, 18], 1), (new(3, 4, 7), [3, 4, 7], 1), (new(21, 4, 1), [3, 7, 4], -1),
        (new(1, 3, 9), [1, 3, 9], 1),
    ];

    [Theory]
    [InlineData(Unlimited, Unlimited)]
    [InlineData(1.5, 0.3)]
    [InlineData(1.1, Unlimited)]
    [InlineData(Unlimited, 0)]
    public void Is_what_the_reference_says_within_the_limits_and_at_them(double rMax, double dMax)
    {
        foreach ((ChannelView view, nint[] lengths, int axis) in Layouts)
        {
            float[] x = TestData.Channels(view, seed: 1);
            BatchRenorm norm = Make(view.Channels, axis, rMax, dMax);
            TestData.Widen(TestData.Uniform(view.Channels, seed: 5)).CopyTo(norm.RunningStatistics.Mean.Elements());
            for (int c = 0; c < view.Channels; c++)
            {
                norm.RunningStatistics.Deviation[c] = 0.2 + 0.9 * (c % 4);
            }

            AssertIsReference(norm, x, view, lengths, rMax, dMax);
        }
    }

    [Theory]
    [InlineData(1e4f, 0.01f)]
    [InlineData(0, 1e30f)]
    [InlineData(1e30f, 1e29f)]
    [InlineData(0, 1e-40f)]
    [InlineData(-7, 0)]
    [InlineData(3e38f, 0)]
    public void Is_what_the_reference_says_of_hard_inputs(float center, float spread)
    {
        foreach ((ChannelView view, nint[] lengths, int axis) in Layouts)
        {
            float[] x = TestData.Channels(view, seed: 1, center, spread);
            foreach (double limit in (double[])[3, 1e6])
            {
                BatchRenorm norm = Make(view.Channels, axis, limit, limit);
                norm.RunningStatistics.Mean.Fill((double)center);
                AssertIsReference(norm, x, view, lengths, limit, limit);
                Assert.All(norm.RunningStatistics.Deviation, value => Assert.True(double.IsFinite(value) && value > 0));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void One_bad_value_makes_its_channel_NaN_and_touches_nothing_else(float bad)
    {
        float[] x = TestData.Channels(new ChannelView(8, 20, 1), seed: 1), dy = TestData.Uniform(x.Length, seed: 2);
        foreach (int place in (int[])[0, 7, 20 * 5 + 3, x.Length - 1])
        {
            BatchRenorm clean = Make(20, 1, 1.5, 0.3), spoiled = Make(20, 1, 1.5, 0.3);
            float[] with = [.. x];
            with[place] = bad;
            AssertSpoiled(
                [.. clean.Forward(TestData.Tensor(x, 8, 20), Pass.Training)],
                [.. spoiled.Forward(TestData.Tensor(with, 8, 20), Pass.Training)]);
            AssertSpoiled([.. clean.Backward(TestData.Tensor(dy, 8, 20))], [.. spoiled.Backward(TestData.Tensor(dy, 8, 20))]);
            Assert.Equal(Make(20, 1, 1, 0).RunningStatistics.Deviation, spoiled.RunningStatistics.Deviation);
            Assert.Equal((0, 1), (spoiled.RunningStatistics.BatchesTracked, spoiled.RunningStatistics.BatchesSkipped));

            void AssertSpoiled(float[] expected, float[] actual) => AssertSameBits(
                [.. expected.Select((value, i) => i % 20 == place % 20 ? float.NaN : value)], actual);
        }
    }

    [Fact]
    public void Without_room_it_is_batch_normalization_to_the_last_bit() => Properties.Check(Properties.Batches, drawn =>
    {
        // With a weight of 1, what runs is the batch's.
        (int seed, ChannelView view, float center, float spread) = drawn;
        float[] x = TestData.Channels(view, seed, center, spread), dy = TestData.Uniform(view.Length, seed + 1);
        nint[] lengths = [view.Outer, view.Channels, view.Inner];
        var renorm = new BatchRenorm(view.Channels, new()
        {
            Schedule = RenormSchedule.Constant(1, 0),
            RunningAverage = RunningAverage.Exponential(1),
        });
        var batch = new BatchNorm(view.Channels, new()
        {
            RunningAverage = RunningAverage.Exponential(1),
            RunningVariance = VarianceEstimator.Population,
        });
        foreach (ChannelNormalization norm in (ChannelNormalization[])[renorm, batch])
        {
            TestData.Uniform(view.Channels, seed + 2).CopyTo(norm.Weight!.Values);
            TestData.Uniform(view.Channels, seed + 3).CopyTo(norm.Bias!.Values);
        }

        AssertSameBits(
            [.. batch.Forward(TestData.Tensor(x, lengths), Pass.Training)],
            [.. renorm.Forward(TestData.Tensor(x, lengths), Pass.Training)]);
        AssertSameBits([.. batch.Backward(TestData.Tensor(dy, lengths))], [.. renorm.Backward(TestData.Tensor(dy, lengths))]);
        AssertSameBits(batch.Weight!.Gradients, renorm.Weight!.Gradients);
        AssertSameBits(batch.Bias!.Gradients, renorm.Bias!.Gradients);
        Assert.Equal(batch.RunningStatistics!.Mean, renorm.RunningStatistics.Mean);
        AssertClose(
            [.. batch.RunningStatistics.Variance.Select(variance => Math.Sqrt(1e-5 + variance))],
            [.. renorm.RunningStatistics.Deviation], Tolerances.DoubleSums);
    });

    [Fact]
    public void Steps_are_the_training_passes_that_the_batch_normalizes()
    {
        BatchRenorm norm = Make(4, 1, 1, 0);
        Assert.Equal((0, 1), (After(Pass.Inference), After(Pass.Training)));
        norm.Freeze();
        Assert.Equal(1, After(Pass.Training));
        norm.Unfreeze();
        norm.Source = StatisticsSource.Running;
        Assert.Equal((1, 2), (After(Pass.Training), norm.RunningStatistics.BatchesTracked));
        norm.Source = StatisticsSource.Batch;
        Assert.Equal((1, 2), (After(Pass.Inference), After(Pass.Training)));
        norm.Update = StatisticsUpdate.Never;
        Assert.Equal(3, After(Pass.Training));

        long After(Pass pass)
        {
            norm.Forward(TestData.Tensor(TestData.Uniform(20, seed: 1), 5, 4), pass);
            return norm.Steps;
        }
    }

    private static BatchRenorm Make(int channels, int axis, double rMax, double dMax)
    {
        var norm = new BatchRenorm(channels, new() { ChannelAxis = axis, Schedule = RenormSchedule.Constant(rMax, dMax) });
        TestData.Uniform(channels, seed: 3).CopyTo(norm.Weight!.Values);
        TestData.Uniform(channels, seed: 4).CopyTo(norm.Bias!.Values);
        return norm;
    }

    private static void AssertIsReference(BatchRenorm norm, float[] x, ChannelView view, nint[] lengths, double rMax, double dMax)
    {
        float[] dy = TestData.Uniform(x.Length, seed: 2);
        var reference = new BatchRenormReference(view, TestData.Widen(norm.Weight!.Values), TestData.Widen(norm.Bias!.Values), 1e-5);
        double[] wide = TestData.Widen(x);
        reference.Correct(wide, [.. norm.RunningStatistics.Mean], [.. norm.RunningStatistics.Deviation], rMax, dMax);
        (double[] dx, double[] weight, double[] bias) = reference.Backward(wide, TestData.Widen(dy));
        double largestTerm =
            reference.Statistics(wide).Select((of, c) => norm.Weight.Values[c] * reference.Corrections[c].R / of.Deviation).Max(Math.Abs);

        AssertClose(
            reference.Forward(wide), [.. norm.Forward(TestData.Tensor(x, lengths), Pass.Training)], Tolerances.Forward,
            what: $"y of {view}");
        AssertClose(dx, [.. norm.Backward(TestData.Tensor(dy, lengths))], Tolerances.InputGradient, largestTerm, $"dx of {view}");
        AssertClose(weight, norm.Weight.Gradients, Tolerances.RoundedOnce, Math.Max(SmallestNormal, weight.Max(Math.Abs)), $"dγ of {view}");
        AssertClose(bias, norm.Bias.Gradients, Tolerances.RoundedOnce, what: $"dβ of {view}");
    }
}
