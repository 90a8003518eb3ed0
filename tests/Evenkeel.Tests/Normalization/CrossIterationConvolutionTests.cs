using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

/// <summary>Cross-iteration batch normalization behind a convolution.</summary>
public class CrossIterationConvolutionTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    public void A_carried_iteration_misses_the_variance_by_its_second_order_alone(int groups, bool channelLast)
    {
        // ν_true = ν_carried + Δᵀ·mean(ppᵀ)·Δ = ν_carried + mean (Δ·p)², and the mean is exact.
        var rows = new ConvolutionAxis(7, 3, 2, 1, 1);
        var columns = new ConvolutionAxis(6, 2, 1, 1, 2);
        var shape = new ConvolutionShape(3, 4, 4, groups, rows, columns, channelLast);
        var reference = new ConvolutionReference(shape);
        Conv2d conv = Make(groups, channelLast);
        float[] x = TestData.Uniform(shape.InputLength, seed: 1), change = TestData.Uniform(shape.WeightLength, seed: 2);
        nint[] lengths = channelLast ? [3, 7, 6, 4] : [3, 4, 7, 6];
        double[] before = TestData.Widen(conv.Forward(TestData.Tensor(x, lengths), Pass.Training).Elements());
        var view = ChannelView.Of(
            channelLast ? [3, rows.Output, columns.Output, 4] : [3, 4, rows.Output, columns.Output], conv.Options.ChannelAxis);
        var moments = new Moments[4];
        ChannelMoments.Compute(Array.ConvertAll(before, value => (float)value), view, moments);
        var gradient = new float[shape.WeightLength];
        ((IChannelwiseLinear)conv).SumInputs(
            [.. before.Select((value, i) => (float)(2 * (value - moments[reference.OutputChannel(i)].Mean) / view.PerSet))], gradient);
        var past = new PastStatistics(conv);
        past.Record(moments, gradient);

        TensorPrimitives.Add(conv.Weight.Values, change, conv.Weight.Values);
        past.Carry();

        double[] after = reference.Forward(TestData.Widen(x), TestData.Widen(conv.Weight.Values), TestData.Widen(conv.Bias!.Values));
        double[] moved = reference.Forward(TestData.Widen(x), TestData.Widen(change), null);
        for (int c = 0; c < 4; c++)
        {
            (double mean, double variance) = past.Carried(c);
            double[] later = Channel(after, c), steps = Channel(moved, c);
            Assert.Equal(later.Average(), mean, 5 * Tolerances.Product);
            Assert.Equal(
                later.Average(v => v * v) - steps.Average(v => v * v) - later.Average() * later.Average(),
                variance, 50 * Tolerances.Product);
        }

        double[] Channel(double[] values, int channel) => [.. values.Where((_, i) => reference.OutputChannel(i) == channel)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_window_normalizes_images_in_either_layout(bool channelLast)
    {
        Conv2d conv = Make(groups: 2, channelLast);
        var norm = new CrossIterationBatchNorm(conv, new() { Window = 3, BatchNorm = new() { ChannelAxis = conv.Options.ChannelAxis } });
        nint[] lengths = channelLast ? [3, 7, 6, 4] : [3, 4, 7, 6];
        for (int seed = 0; seed < 4; seed++)
        {
            Tensor<float> y = norm.Forward(
                conv.Forward(TestData.Tensor(TestData.Uniform(504, seed), lengths), Pass.Training), Pass.Training);
            Assert.All(y, value => Assert.InRange(value, -10, 10));
            Assert.Equal(lengths, conv.Backward(norm.Backward(y)).Lengths);
            conv.Weight.Values[0] += 0.01f;
        }
    }

    [Fact]
    public void Channels_on_another_axis_than_the_convolution_s_are_refused()
    {
        var conv = new Conv2d(2, 4, 1, new RandomSource(1), new() { ChannelAxis = -1 });
        var norm = new CrossIterationBatchNorm(conv, new() { Window = 2 });
        Tensor<float> y = conv.Forward(Zeros([3, 4, 4, 2]), Pass.Training);
        AssertRefused<ArgumentException>(() => norm.Forward(y, Pass.Training), "input", "axis -1", "axis 1");
    }

    private static Conv2d Make(int groups, bool channelLast) => new(
        4,
        4,
        new Extent(3, 2),
        new RandomSource(7),
        new()
        {
            Stride = new Extent(2, 1),
            Padding = 1,
            Dilation = new Extent(1, 2),
            Groups = groups,
            ChannelAxis = channelLast ? -1 : 1,
        });
}
