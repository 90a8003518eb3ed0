using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

/// <summary>Batch normalization against the double-precision reference.</summary>
public class BatchNormTests
{
    public static TheoryData<nint[]> ChannelFirstShapes => [.. Shapes.ChannelFirst];

    public static TheoryData<nint[]> ChannelLastShapes => [.. Shapes.ChannelLast];

    [Theory]
    [MemberData(nameof(ChannelFirstShapes))]
    public void Agrees_with_the_reference_in_every_kind_of_pass(nint[] lengths) =>
        AllKindsOfPasses(new BatchNormPair((int)lengths[1]), lengths);

    [Theory]
    [MemberData(nameof(ChannelLastShapes))]
    public void Agrees_with_the_reference_with_channels_last(nint[] lengths) =>
        AllKindsOfPasses(new BatchNormPair((int)lengths[^1], new BatchNormOptions { ChannelAxis = -1 }), lengths);

    [Theory]
    [InlineData(true, VarianceEstimator.Sample, 1e-5)]
    [InlineData(false, VarianceEstimator.Sample, 1e-3)]
    [InlineData(true, VarianceEstimator.Population, 0.5)]
    [InlineData(false, VarianceEstimator.Population, 1e-12)]
    public void Agrees_with_the_reference_with_every_setting(bool affine, VarianceEstimator estimator, double epsilon)
    {
        var options = new BatchNormOptions { Affine = affine, RunningVariance = estimator, Epsilon = epsilon };
        AllKindsOfPasses(new BatchNormPair(7, options), [6, 7, 9]);
        AllKindsOfPasses(
            new BatchNormPair(7, options with { RunningAverage = RunningAverage.Exponential(0.7) }, newWeight: 0.7), [6, 7, 9]);
        AllKindsOfPasses(
            new BatchNormPair(7, options with { RunningAverage = RunningAverage.Cumulative }, newWeight: null), [6, 7, 9]);

        var withoutRunning = new BatchNormPair(7, options with { RunningAverage = null });
        withoutRunning.Step(Pass.Training, [6, 7, 9]);
        withoutRunning.Step(Pass.Inference, [6, 7, 9]);
    }

    [Theory]
    [InlineData(1e4f, 0.01f)]
    [InlineData(-3e5f, 1f)]
    [InlineData(0f, 1e30f)]
    [InlineData(1e30f, 1e28f)]
    [InlineData(0f, 1e-30f)]
    [InlineData(0f, 1e-42f)]
    [InlineData(16777216f, 1f)]
    public void Agrees_with_the_reference_on_numbers_that_are_hard(float center, float spread)
    {
        var pair = new BatchNormPair(3);
        pair.Step(Pass.Training, [40, 3, 11], center, spread);
        pair.Step(Pass.Training, [40, 3, 11], center, spread);
        pair.Layer.Source = StatisticsSource.Batch;
        pair.Step(Pass.Inference, [40, 3, 11], center, spread);
    }

    [Fact]
    public void A_first_channel_far_from_the_others_disturbs_none()
    {
        // Vectors hold several channels here: no lane may borrow another's statistics.
        float[] x = TestData.Channels(new ChannelView(64, 18, 1), seed: 1);
        float[] far = [.. x];
        for (int row = 0; row < 64; row++)
        {
            far[row * 18] = 1e30f * x[row * 18];
        }

        float[] y = Forward(x), yFar = Forward(far);
        for (int i = 0; i < y.Length; i++)
        {
            if (i % 18 != 0)
            {
                Assert.Equal(y[i], yFar[i]);
            }
        }

        static float[] Forward(float[] x) =>
            [.. new BatchNorm(18).Forward(TestData.Tensor(x, 64, 18), Pass.Training)];
    }

    [Fact]
    public void Gradients_of_parameters_add_up_until_they_are_cleared()
    {
        var layer = new BatchNorm(3);
        Parameter weight = layer.Weight!, bias = layer.Bias!;
        var input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3);
        var gradient = TestData.Tensor(TestData.Uniform(12, seed: 2), 4, 3);
        layer.Forward(input, Pass.Training);

        layer.Backward(gradient);
        float[] once = [.. weight.Gradient, .. bias.Gradient];
        layer.Backward(gradient);
        Assert.Equal([.. once.Select(value => 2 * value)], (float[])[.. weight.Gradient, .. bias.Gradient]);

        weight.ZeroGradient();
        bias.ZeroGradient();
        layer.BackwardToParameters(gradient);
        Assert.Equal(once, (float[])[.. weight.Gradient, .. bias.Gradient]);
    }

    [Fact]
    public void Channel_last_gives_the_bits_of_channel_first_where_no_element_lies_behind_the_channel()
    {
        float[] x = TestData.Channels(new ChannelView(300, 19, 1), seed: 1);
        float[] first = [.. new BatchNorm(19).Forward(TestData.Tensor(x, 300, 19, 1, 1), Pass.Training)];
        float[] last = [.. new BatchNorm(19, new() { ChannelAxis = -1 }).Forward(TestData.Tensor(x, 300, 1, 1, 19), Pass.Training)];
        AssertSameBits(first, last);
    }

    [Fact]
    public void Weights_and_biases_start_at_one_and_zero_and_running_statistics_at_zero_and_one()
    {
        var layer = new BatchNorm(5);
        Assert.All(layer.Weight!.Value, value => Assert.Equal(1, value));
        Assert.All(layer.Bias!.Value, value => Assert.Equal(0, value));
        Assert.All(layer.RunningStatistics!.Mean, value => Assert.Equal(0, value));
        Assert.All(layer.RunningStatistics.Variance, value => Assert.Equal(1, value));
        Assert.Equal(["weight", "bias"], layer.Parameters.Select(parameter => parameter.Name));
        Assert.Empty(new BatchNorm(5, new() { Affine = false }).Parameters);
    }

    private static void AllKindsOfPasses(BatchNormPair pair, nint[] lengths)
    {
        nint[] another = [lengths[0] + 1, .. lengths[1..]];
        pair.Step(Pass.Training, lengths);
        pair.Step(Pass.Training, another);
        pair.Step(Pass.Inference, lengths);
        pair.Layer.Freeze();
        pair.Step(Pass.Training, lengths);
        pair.Layer.Unfreeze();
        pair.Step(Pass.Training, lengths);
    }
}
