using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class ChannelDropoutTests
{
    private const float Factor = 4 / 3f;

    [Theory]
    [InlineData(1, 200, 50)]
    [InlineData(1, 200, 50, 3, 2)]
    [InlineData(-1, 200, 3, 2, 50)]
    public void In_training_drops_whole_channels_of_samples_and_scales_the_rest_and_the_gradient_alike(int axis, params int[] shape)
    {
        nint[] lengths = Array.ConvertAll(shape, length => (nint)length);
        ChannelView view = ChannelView.PerSample(lengths, axis);
        float[] x = Array.ConvertAll(TestData.Uniform(view.Length, seed: 1), value => value + 2);
        float[] gradient = Array.ConvertAll(TestData.Uniform(view.Length, seed: 2), value => value + 2);
        var layer = new ChannelDropout(0.25, new RandomSource(1), axis);

        float[] y = [.. layer.Forward(TestData.Tensor(x, lengths), Pass.Training)];
        float[] dx = [.. layer.Backward(TestData.Tensor(gradient, lengths))];

        bool[] dropped = new bool[view.Sets];
        for (int i = 0; i < y.Length; i++)
        {
            dropped[Views.SetOf(view, i)] |= y[i] == 0;
        }

        Assert.InRange(dropped.Count(value => value), 2300, 2700);
        AssertSameBits([.. x.Select((value, i) => dropped[Views.SetOf(view, i)] ? 0 : value * Factor)], y);
        AssertSameBits([.. gradient.Select((value, i) => dropped[Views.SetOf(view, i)] ? 0 : value * Factor)], dx);
    }

    [Fact]
    public void In_inference_drops_nothing()
    {
        float[] x = TestData.Uniform(60, seed: 1);
        var layer = new ChannelDropout(0.9, new RandomSource(1));
        Assert.Equal(x, layer.Forward(TestData.Tensor(x, 3, 4, 5), Pass.Inference));
        Assert.Equal(x, layer.Backward(TestData.Tensor(x, 3, 4, 5)));
        Assert.Equal(0u, layer.TrainingPasses);
    }

    [Fact]
    public void Masks_differ_from_pass_to_pass_and_come_again_with_the_seed()
    {
        ChannelDropout layer = new(0.5, new RandomSource(1)), again = new(0.5, new RandomSource(1));
        float[] first = Forward(layer), second = Forward(layer);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Forward(again));
        layer.TrainingPasses = 1;
        Assert.Equal(second, Forward(layer));

        static float[] Forward(ChannelDropout layer) =>
            [.. layer.Forward(TestData.Tensor(TestData.Uniform(600, seed: 1), 10, 12, 5), Pass.Training)];
    }

    [Fact]
    public void Refuses_what_it_cannot_take()
    {
        var random = new RandomSource(1);
        foreach (double probability in (double[])[-0.1, 1, double.NaN])
        {
            AssertRefused<ArgumentOutOfRangeException>(() => new ChannelDropout(probability, random), "probability", $"{probability}");
        }

        AssertRefused<ArgumentNullException>(() => new ChannelDropout(0.5, null!), "random");
        AssertRefused<ArgumentOutOfRangeException>(() => new ChannelDropout(0.5, random, channelAxis: 0), "channelAxis", "0", "samples");
        AssertInputRefused(new ChannelDropout(0.5, random), [4], "[4]", "[N, C]");
        AssertInputRefused(new ChannelDropout(0.5, random, channelAxis: 2), [4, 3], "[4, 3]");
        AssertInputRefused(new ChannelDropout(0.5, random, channelAxis: -2), [4, 3], "[4, 3]");
        AssertInputRefused(new ChannelDropout(0.5, random), [0, 3], "empty");
        Assert.Throws<InvalidOperationException>(() => new ChannelDropout(0.5, random).Backward(Zeros([4, 3])));
    }
}
