using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

public class BatchNormErrorTests
{
    private static readonly BatchNormOptions NoRunning = new() { RunningAverage = null };

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Refuses_fewer_than_one_channel(int channels) =>
        AssertRefused<ArgumentOutOfRangeException>(() => new BatchNorm(channels), "channels", $"{channels}");

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_an_epsilon_that_is_too_small_or_not_finite(double epsilon) =>
        AssertRefused<ArgumentOutOfRangeException>(
            () => new BatchNorm(3, new() { Epsilon = epsilon }), "options", "Epsilon must be at least 1E-76 and finite", $"{epsilon}");

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.0000001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_a_weight_of_the_new_batch_outside_zero_to_one(double newWeight) =>
        AssertRefused<ArgumentOutOfRangeException>(
            () => RunningAverage.Exponential(newWeight), "newWeight", "must be above 0 and at most 1", $"{newWeight}");

    [Fact]
    public void Refuses_another_number_of_channels()
    {
        AssertInputRefused(new BatchNorm(64), [8, 3, 5, 5], "[8, 3, 5, 5] has 3 channels", "normalizes 64");
        AssertInputRefused(new BatchNorm(64, new() { ChannelAxis = -1 }), [8, 64, 5], "[8, 64, 5] has 5 channels", "normalizes 64");
    }

    [Fact]
    public void Refuses_a_rank_below_two() =>
        AssertInputRefused(new BatchNorm(3), [3], "The input is [3]", "[N, C] or [N, C, *]");

    [Fact]
    public void Refuses_a_channel_axis_that_the_input_does_not_have()
    {
        AssertInputRefused(new BatchNorm(3, new() { ChannelAxis = 2 }), [4, 3], "[4, 3]", "no axis 2");
        AssertInputRefused(new BatchNorm(3, new() { ChannelAxis = -3 }), [4, 3], "[4, 3]", "no axis -3");
    }

    [Fact]
    public void Refuses_an_empty_batch()
    {
        AssertInputRefused(new BatchNorm(3), [0, 3], "[0, 3] is empty");
        AssertInputRefused(new BatchNorm(3), [2, 3, 0], "[2, 3, 0] is empty");
        AssertInputRefused(new BatchNorm(3), [2, 3, 0], Pass.Inference, "[2, 3, 0] is empty");
    }

    [Fact]
    public void Refuses_one_value_per_channel_where_the_batch_has_a_say()
    {
        const string Message = "[1, 3] has one value per channel";
        AssertInputRefused(new BatchNorm(3), [1, 3], Message);
        AssertInputRefused(new BatchNorm(3), [1, 3, 1, 1], "[1, 3, 1, 1] has one value per channel");
        AssertInputRefused(new BatchNorm(3, NoRunning), [1, 3], Pass.Inference, Message);
        AssertInputRefused(new BatchNorm(3) { Source = StatisticsSource.Batch }, [1, 3], Pass.Inference, Message);
        AssertInputRefused(new BatchNorm(3) { Source = StatisticsSource.Running }, [1, 3], Message);
    }

    [Fact]
    public void One_value_per_channel_is_fine_where_running_statistics_normalize()
    {
        Tensor<float> sample = TestData.Tensor<float>([1, -2, 3], 1, 3);
        var frozen = new BatchNorm(3);
        frozen.Freeze();

        float expected = (float)(1 / Math.Sqrt(1 + 1e-5));
        Assert.Equal([expected, -2 * expected, 3 * expected], new BatchNorm(3).Forward(sample, Pass.Inference));
        Assert.Equal([expected, -2 * expected, 3 * expected], frozen.Forward(sample, Pass.Training));
    }

    [Fact]
    public void Refuses_running_statistics_where_none_are_kept()
    {
        var layer = new BatchNorm(3, NoRunning);
        foreach (Action action in (Action[])[layer.Freeze, () => layer.Source = StatisticsSource.Running])
        {
            var thrown = Assert.Throws<InvalidOperationException>(action);
            Assert.Contains("keeps no running statistics", thrown.Message, StringComparison.Ordinal);
            Assert.Equal((StatisticsSource.ByPass, StatisticsUpdate.InTraining), (layer.Source, layer.Update));
        }
    }

    [Fact]
    public void Refuses_backward_without_forward_and_after_a_forward_that_failed()
    {
        var layer = new BatchNorm(2);
        AssertNotReady();

        layer.Forward(TestData.Tensor(TestData.Uniform(6, seed: 1), 3, 2), Pass.Inference);
        AssertInputRefused(layer, [1, 2], "one value per channel");
        AssertNotReady();

        void AssertNotReady() => Assert.Contains(
            "there was none",
            Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([3, 2]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_gradient_of_another_shape()
    {
        var layer = new BatchNorm(2);
        layer.Forward(Zeros([3, 2]), Pass.Training);
        AssertRefused<ArgumentException>(() => layer.Backward(Zeros([2, 3])), "outputGradient", "[2, 3]", "[3, 2]");
        AssertRefused<ArgumentException>(() => layer.Backward(Zeros([3, 2, 1])), "outputGradient", "[3, 2, 1]", "[3, 2]");
        AssertRefused<ArgumentNullException>(() => layer.Backward(null!), "outputGradient");
    }

    [Fact]
    public void Refuses_tensors_whose_elements_do_not_lie_side_by_side()
    {
        var layer = new BatchNorm(2);
        AssertRefused<ArgumentException>(() => layer.Forward(Strided<float>(3, 2), Pass.Training), "input", "[3, 2] is not dense");
        layer.Forward(Zeros([3, 2]), Pass.Training);
        AssertRefused<ArgumentException>(
            () => layer.Backward(Strided<float>(3, 2)), "outputGradient", "[3, 2] is not dense: call ToDenseTensor()");
    }

    [Fact]
    public void Refuses_a_missing_input() =>
        AssertRefused<ArgumentNullException>(() => new BatchNorm(2).Forward(null!, Pass.Training), "input");
}
