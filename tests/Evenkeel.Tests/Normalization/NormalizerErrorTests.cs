using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

public class NormalizerErrorTests
{
    private static readonly IStatisticsExchange Exchange = new Replicas(1).Link(0);

    private static Linear Preceding => new(4, 3, new RandomSource(seed: 0));

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(9e-77)]
    public void Refuses_an_epsilon_that_is_too_small_or_not_finite(double epsilon)
    {
        var batch = new BatchNormOptions { Epsilon = epsilon };
        foreach (Func<object> make in (Func<object>[])
        [
            () => new LayerNorm(3, new() { Epsilon = epsilon }), () => new RmsNorm(3, new() { Epsilon = epsilon }),
            () => new InstanceNorm(3, new() { Epsilon = epsilon }), () => new GroupNorm(1, 3, new() { Epsilon = epsilon }),
            () => new GhostBatchNorm(2, 3, batch), () => new AccumulatedBatchNorm(3, batch),
            () => new BatchRenorm(3, new() { Epsilon = epsilon }),
            () => new CrossIterationBatchNorm(Preceding, new() { BatchNorm = batch }),
        ])
        {
            AssertRefused<ArgumentOutOfRangeException>(make, "options", "Epsilon must be at least 1E-76 and finite", $"{epsilon}");
        }
    }

    [Fact]
    public void Refuses_an_epsilon_outside_the_root_whose_inverse_overflows() => AssertRefused<ArgumentOutOfRangeException>(
        () => new CrossIterationBatchNorm(Preceding, new() { EpsilonOutside = true, BatchNorm = new() { Epsilon = 1e-39 } }),
        "options", "at least 1E-38");

    [Fact]
    public void With_the_smallest_epsilon_constants_come_out_as_zeros()
    {
        var batch = new BatchNormOptions { Epsilon = 1e-76 };
        Tensor<float> constants = TestData.Tensor([3f, 3, 3, 3, 3, 3], 2, 3);
        foreach (Layer layer in (Layer[])
        [
            new BatchNorm(3, batch), new LayerNorm(3, new() { Epsilon = 1e-76 }), new GhostBatchNorm(2, 3, batch),
        ])
        {
            Assert.All(layer.Forward(constants, Pass.Training), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Refuses_settings_that_have_no_name()
    {
        var norm = new BatchNorm(3);
        AssertRefused<ArgumentOutOfRangeException>(() => norm.Source = (StatisticsSource)77, "value", "StatisticsSource");
        AssertRefused<ArgumentOutOfRangeException>(() => norm.Update = (StatisticsUpdate)77, "value", "StatisticsUpdate");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new BatchNorm(3, new() { RunningVariance = (VarianceEstimator)7 }), "options", "VarianceEstimator");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new BatchNorm(3, new() { NonFiniteBatches = (NonFinitePolicy)7 }), "options", "NonFinitePolicy");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new CrossIterationBatchNorm(Preceding, new() { Rule = (CrossIterationRule)7 }), "options", "CrossIterationRule");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new Dropout(0.5, new RandomSource(0), (DropoutKind)7), "kind", "DropoutKind");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Refuses_fewer_than_one_channel(int channels)
    {
        foreach (Func<object> make in (Func<object>[])
        [
            () => new InstanceNorm(channels), () => new GroupNorm(1, channels), () => GroupNorm.OfGroupSize(1, channels),
            () => new GhostBatchNorm(2, channels), () => new AccumulatedBatchNorm(channels), () => new BatchRenorm(channels),
        ])
        {
            AssertRefused<ArgumentOutOfRangeException>(make, "channels", $"{channels}");
        }
    }

    [Fact]
    public void Refuses_an_axis_of_samples_for_the_channels()
    {
        foreach (Func<object> make in (Func<object>[])
        [
            () => new BatchNorm(3, new() { ChannelAxis = 0 }), () => new InstanceNorm(3, new() { ChannelAxis = 0 }),
            () => new GroupNorm(1, 3, new() { ChannelAxis = 0 }), () => new BatchRenorm(3, new() { ChannelAxis = 0 }),
        ])
        {
            AssertRefused<ArgumentOutOfRangeException>(make, "options", "samples");
        }

        AssertInputRefused(new BatchNorm(3, new() { ChannelAxis = -2 }), [3, 4], "[3, 4]", "axis -2", "samples");
    }

    [Fact]
    public void Refuses_normalized_shapes_that_are_none()
    {
        foreach (int[] shape in (int[][])[[], [0], [3, -1], [3, 0]])
        {
            AssertRefused<ArgumentException>(() => new LayerNorm(shape), "shape", "each at least 1");
            AssertRefused<ArgumentException>(() => new RmsNorm(shape), "shape", "each at least 1");
        }

        foreach (int[] shape in (int[][])[[65536, 65536], [int.MaxValue, int.MaxValue, int.MaxValue]])
        {
            AssertRefused<ArgumentException>(() => new LayerNorm(shape), "shape", "2,147,483,647");
        }
    }

    [Fact]
    public void Refuses_groups_that_do_not_divide_the_channels()
    {
        AssertRefused<ArgumentException>(() => new GroupNorm(3, 7), "groups", "7 channels", "3 equal groups");
        AssertRefused<ArgumentException>(() => new GroupNorm(8, 4), "groups", "4 channels", "8 equal groups");
        AssertRefused<ArgumentException>(() => GroupNorm.OfGroupSize(3, 7), "groupSize", "7 channels", "groups of 3");
        AssertRefused<ArgumentException>(() => GroupNorm.OfGroupSize(8, 4), "groupSize", "4 channels", "groups of 8");
        AssertRefused<ArgumentOutOfRangeException>(() => new GroupNorm(0, 4), "groups", "0");
        AssertRefused<ArgumentOutOfRangeException>(() => GroupNorm.OfGroupSize(0, 4), "groupSize", "0");
    }

    [Fact]
    public void Refuses_inputs_of_other_shapes()
    {
        AssertInputRefused(new LayerNorm(3), [4, 5], "[4, 5]", "[3]");
        AssertInputRefused(new LayerNorm([2, 3]), [3], "[3]", "[2, 3]");
        AssertInputRefused(new RmsNorm([2, 3]), [5, 3, 2], "[5, 3, 2]", "[2, 3]");
        AssertInputRefused(new LayerNorm(3), [0, 3], "[0, 3] is empty");
        AssertInputRefused(new InstanceNorm(3), [4, 5, 3], "[4, 5, 3] has 5 channels", "normalizes 3");
        AssertInputRefused(new GroupNorm(1, 3, new() { ChannelAxis = -1 }), [4, 3, 5], "[4, 3, 5] has 5 channels", "normalizes 3");
        foreach (Layer layer in (Layer[])[new LayerNorm(2), new RmsNorm(2), new GroupNorm(1, 2)])
        {
            AssertRefused<ArgumentException>(() => layer.Forward(Strided<float>(3, 2), Pass.Training), "input", "[3, 2] is not dense");
            AssertRefused<ArgumentNullException>(() => layer.Forward(null!, Pass.Training), "input");
        }
    }

    [Fact]
    public void Refuses_sets_without_a_variance()
    {
        AssertInputRefused(new InstanceNorm(3), [5, 3], "[5, 3] has one value per channel and sample");
        AssertInputRefused(new InstanceNorm(3), [5, 3, 1, 1], "one value per channel and sample");
        AssertInputRefused(new BatchRenorm(3), [1, 3], "[1, 3] has one value per channel");
        AssertInputRefused(new CrossIterationBatchNorm(Preceding, new() { Window = 1 }), [1, 3], "[1, 3] has one value per channel");
        var running = new InstanceNorm(3, new() { RunningAverage = RunningAverage.Cumulative });
        AssertInputRefused(running, [5, 3], "one value per channel and sample");
        Assert.Equal([5, 3], running.Forward(Zeros([5, 3]), Pass.Inference).Lengths);
    }

    [Fact]
    public void A_batch_that_leaves_a_chunk_without_a_variance_changes_nothing()
    {
        foreach (int samples in (int[])[4, 7, 1])
        {
            var ghost = new GhostBatchNorm(3, 2);
            AssertInputRefused(ghost, [samples, 2], $"[{samples}, 2] leaves a chunk one value per channel");
            Assert.Equal(0, ghost.RunningStatistics!.BatchesTracked);
            Assert.All(ghost.RunningStatistics.Variance, value => Assert.Equal(1, value));
        }
    }

    [Fact]
    public void Refuses_masks_of_other_shapes()
    {
        Tensor<float> input = Zeros([4, 6, 5]);
        foreach (nint[] lengths in (nint[][])[[4, 6], [4], [5, 4], [4, 5, 1], [4, 6, 5], [20]])
        {
            foreach (Layer layer in (Layer[])[new BatchNorm(6), new GroupNorm(2, 6)])
            {
                AssertMaskRefused(layer, input, lengths, "[4, 6, 5] without its channels");
            }
        }

        AssertMaskRefused(new BatchNorm(5, new() { ChannelAxis = -1 }), input, [4, 5], "[4, 6, 5] without its channels");
        foreach (nint[] lengths in (nint[][])[[4, 5], [6], [4, 6, 5, 1], [24]])
        {
            AssertMaskRefused(new LayerNorm(5), input, lengths, "first lengths of the input [4, 6, 5]");
            AssertMaskRefused(new RmsNorm([6, 5]), input, lengths, "first lengths of the input [4, 6, 5]");
        }

        Tensor<bool> strided = Strided<bool>(4, 5);
        AssertRefused<ArgumentException>(() => new BatchNorm(6).Forward(input, strided, Pass.Training), "mask", "not dense");
        AssertRefused<ArgumentException>(() => new LayerNorm(5).Forward(Zeros([4, 5]), strided, Pass.Training), "mask", "not dense");
        AssertRefused<ArgumentNullException>(() => new BatchNorm(6).Forward(input, null!, Pass.Training), "mask");
        AssertRefused<ArgumentNullException>(() => new GroupNorm(2, 6).Forward(input, null!, Pass.Training), "mask");
        AssertRefused<ArgumentNullException>(() => new LayerNorm(5).Forward(input, null!, Pass.Training), "mask");

        static void AssertMaskRefused(Layer layer, Tensor<float> input, nint[] lengths, string words) =>
            AssertRefused<ArgumentException>(
                () => Normalizer.Forward(layer, input, Tensor.CreateFromShape<bool>(lengths)), "mask", $"[{string.Join(", ", lengths)}]",
                words);
    }

    [Fact]
    public void Refuses_masks_that_leave_a_batch_without_a_variance_and_nothing_else_refuses_them()
    {
        Tensor<float> input = Zeros([4, 6, 5]);
        Tensor<bool> none = Tensor.CreateFromShape<bool>([4, 5]), one = Tensor.CreateFromShape<bool>([4, 5]);
        one[2, 3] = true;
        AssertRefused<ArgumentException>(() => new BatchNorm(6).Forward(input, none, Pass.Training), "input", "no value that is kept");
        AssertRefused<ArgumentException>(() => new BatchNorm(6).Forward(input, one, Pass.Training), "input", "one value");
        foreach (Tensor<bool> mask in (Tensor<bool>[])[none, one])
        {
            Assert.All(new BatchNorm(6).Forward(input, mask, Pass.Inference), value => Assert.Equal(0, value));
            Assert.All(new GroupNorm(2, 6).Forward(input, mask, Pass.Training), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Refuses_what_contradicts_itself_in_the_settings()
    {
        var exchange = new BatchNormOptions { Exchange = Exchange };
        AssertRefused<ArgumentException>(() => new GhostBatchNorm(2, 3, exchange), "options", "no exchange");
        AssertRefused<ArgumentException>(() => new AccumulatedBatchNorm(3, exchange), "options", "no exchange");
        AssertRefused<ArgumentException>(
            () => new CrossIterationBatchNorm(Preceding, new() { BatchNorm = exchange }), "options", "no exchange");
        AssertRefused<ArgumentOutOfRangeException>(() => new GhostBatchNorm(0, 3), "chunkSize", "0");
        AssertRefused<ArgumentOutOfRangeException>(() => new CrossIterationBatchNorm(Preceding, new() { Window = 0 }), "options", "0");
        AssertRefused<ArgumentOutOfRangeException>(() => new CrossIterationBatchNorm(Preceding, new() { BurnIn = -1 }), "options", "-1");
        AssertRefused<ArgumentNullException>(() => new CrossIterationBatchNorm(null!), "preceding");
        AssertRefused<ArgumentNullException>(() => new CrossIterationBatchNorm(Preceding, new() { BatchNorm = null! }), "options");
        AssertRefused<ArgumentNullException>(() => new BatchRenorm(3, new() { Schedule = null! }), "options");
        AssertRefused<ArgumentNullException>(() => new BatchRenorm(3, new() { RunningAverage = null! }), "options");
    }

    [Fact]
    public void Accumulation_refuses_rounds_in_the_wrong_order()
    {
        Tensor<float> input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3);
        var layer = new AccumulatedBatchNorm(3);
        AssertRefused<ArgumentException>(() => layer.Forward(input, Pass.Training), "input", "not among the 0 values", "Gather");
        layer.Gather(input);
        AssertRefused<ArgumentException>(() => layer.Forward(Zeros([5, 3]), Pass.Training), "input", "not among the 4 values");
        layer.Forward(input, Pass.Training);
        Assert.Contains(
            "begin a new batch", Assert.Throws<InvalidOperationException>(() => layer.Gather(input)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "GatherGradient", Assert.Throws<InvalidOperationException>(() => layer.Backward(input)).Message, StringComparison.Ordinal);
        layer.GatherGradient(input);
        layer.Backward(input);

        layer.Begin();
        AssertRefused<ArgumentException>(() => layer.Forward(input, Pass.Training), "input", "not among the 0 values");
        layer.Gather(TestData.Tensor<float>([1, 2, 3], 1, 3));
        AssertRefused<ArgumentException>(() => layer.Forward(Zeros([1, 3]), Pass.Training), "input", "two values or more");
    }

    [Fact]
    public void Refuses_backward_without_forward_and_gradients_of_other_shapes()
    {
        foreach (Layer layer in (Layer[])[
            new LayerNorm(6), new RmsNorm(6), new InstanceNorm(6), new GroupNorm(2, 6), new GhostBatchNorm(2, 6), new BatchRenorm(6)])
        {
            Assert.Contains(
                "there was none",
                Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([4, 6, 6]))).Message,
                StringComparison.Ordinal);
            layer.Forward(Zeros([4, 6, 6]), Pass.Training);
            AssertRefused<ArgumentException>(() => layer.Backward(Zeros([4, 36])), "outputGradient", "[4, 36]", "[4, 6, 6]");
            AssertRefused<ArgumentNullException>(() => layer.Backward(null!), "outputGradient");
        }
    }
}
