using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

public class BatchNormNonFiniteTests
{
    private static readonly float[] Clean = TestData.Channels(new ChannelView(8, 20, 1), seed: 1);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_bad_value_makes_its_channel_NaN_and_touches_nothing_else(float bad)
    {
        foreach (int place in (int[])[0, 7, 19, 20 * 5 + 3, Clean.Length - 1])
        {
            int badChannel = place % 20;
            float[] spoiled = [.. Clean];
            spoiled[place] = bad;
            BatchNorm clean = new(20), layer = new(20);

            float[] expected = [.. clean.Forward(TestData.Tensor(Clean, 8, 20), Pass.Training)];
            float[] actual = [.. layer.Forward(TestData.Tensor(spoiled, 8, 20), Pass.Training)];
            AssertSpoiled(expected, actual, badChannel);

            float[] expectedGradient = [.. clean.Backward(TestData.Tensor(Clean, 8, 20))];
            float[] actualGradient = [.. layer.Backward(TestData.Tensor(Clean, 8, 20))];
            AssertSpoiled(expectedGradient, actualGradient, badChannel);

            RunningStatistics running = layer.RunningStatistics!;
            Assert.All(running.Mean, value => Assert.Equal(0, value));
            Assert.All(running.Variance, value => Assert.Equal(1, value));
            Assert.Equal((0, 1), (running.BatchesTracked, running.BatchesSkipped));
        }
    }

    [Fact]
    public void The_batch_after_a_bad_one_is_as_if_it_had_not_been()
    {
        BatchNorm clean = new(20), layer = new(20);
        float[] spoiled = [.. Clean];
        spoiled[33] = float.NaN;
        layer.Forward(TestData.Tensor(spoiled, 8, 20), Pass.Training);

        AssertSameBits(
            [.. clean.Forward(TestData.Tensor(Clean, 8, 20), Pass.Training)],
            [.. layer.Forward(TestData.Tensor(Clean, 8, 20), Pass.Training)]);
        Assert.Equal(clean.RunningStatistics!.Mean, layer.RunningStatistics!.Mean);
        Assert.Equal(clean.RunningStatistics.Variance, layer.RunningStatistics.Variance);
    }

    [Fact]
    public void With_the_throwing_policy_the_pass_fails_and_leaves_nothing_behind()
    {
        var layer = new BatchNorm(1, new() { NonFiniteBatches = NonFinitePolicy.Throw });
        var thrown = Assert.Throws<ArithmeticException>(
            () => layer.Forward(TestData.Tensor([1, float.NaN], 2, 1), Pass.Training));
        Assert.Contains("channel 0", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), (layer.RunningStatistics!.BatchesTracked, layer.RunningStatistics.BatchesSkipped));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(TestData.Tensor<float>([1, 1], 2, 1)));
    }

    [Fact]
    public void In_inference_a_bad_value_touches_only_itself()
    {
        float[] spoiled = [.. Clean];
        spoiled[33] = float.PositiveInfinity;
        float[] expected = [.. new BatchNorm(20).Forward(TestData.Tensor(Clean, 8, 20), Pass.Inference)];
        var layer = new BatchNorm(20);

        float[] actual = [.. layer.Forward(TestData.Tensor(spoiled, 8, 20), Pass.Inference)];

        expected[33] = float.PositiveInfinity;
        AssertSameBits(expected, actual);
        Assert.Equal(0, layer.RunningStatistics!.BatchesSkipped);
    }

    [Fact]
    public void Constant_channels_have_variance_zero_exactly()
    {
        foreach (float constant in (float[])[0, 1, -0.1f, 1e30f, 3e38f, 1e-42f, 16777217])
        {
            foreach (nint[] lengths in (nint[][])[[7, 3], [5000, 3], [2, 3, 5001]])
            {
                var values = new float[lengths.Aggregate(1, (product, length) => product * (int)length)];
                Array.Fill(values, constant);
                var layer = new BatchNorm(3, new() { RunningAverage = RunningAverage.Cumulative });

                Assert.All(layer.Forward(TestData.Tensor(values, lengths), Pass.Training), y => Assert.Equal(0, y));

                Assert.All(layer.RunningStatistics!.Variance, variance => Assert.Equal(0, variance));
                Assert.All(layer.RunningStatistics.Mean, mean => Assert.Equal(constant, mean));
            }
        }
    }

    [Fact]
    public void Any_bits_at_all_are_survived_and_what_is_finite_has_finite_statistics()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            float[] x = TestData.RandomBits(6 * 35, seed);
            var layer = new BatchNorm(35, new() { RunningAverage = RunningAverage.Cumulative });
            layer.Forward(TestData.Tensor(x, 6, 35), Pass.Training);
            layer.Backward(TestData.Tensor(TestData.RandomBits(6 * 35, seed + 1000), 6, 35));
            Assert.Equal(x.All(float.IsFinite) ? 1 : 0, layer.RunningStatistics!.BatchesTracked);

            float[] finite = Array.ConvertAll(x, value => float.IsFinite(value) ? value : float.MaxValue);
            layer.Forward(TestData.Tensor(finite, 6, 35), Pass.Training);
            Assert.All(layer.RunningStatistics.Mean, value => Assert.True(double.IsFinite(value)));
            Assert.All(layer.RunningStatistics.Variance, value => Assert.InRange(value, 0, double.MaxValue));
        }
    }

    private static void AssertSpoiled(float[] expected, float[] actual, int badChannel)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(i % 20 == badChannel ? float.NaN : expected[i], actual[i]);
        }
    }
}
