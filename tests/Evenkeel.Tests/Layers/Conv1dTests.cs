using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Support;
using Xunit.Abstractions;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class Conv1dTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    [Theory]
    [InlineData("convolution-1d", 1)]
    [InlineData("convolution-1d", -1)]
    [InlineData("convolution-1d-groups", 1)]
    [InlineData("convolution-1d-groups", -1)]
    public void Equals_PyTorch(string name, int axis)
    {
        GoldenFile golden = GoldenFile.Read(name);
        GoldenValues step = Assert.Single(golden.Steps);
        var layer = new Conv1d(
            golden.Option<int>("inputs"),
            golden.Option<int>("outputs"),
            golden.Option<int>("kernel"),
            new RandomSource(1),
            new()
            {
                Stride = golden.Option<int>("stride"),
                Padding = golden.Option<int>("padding"),
                Dilation = golden.Option<int>("dilation"),
                Groups = golden.Option<int>("groups"),
                ChannelAxis = axis,
            });
        GoldenComparison.Load(layer, golden.Initial);

        Tensor<float> y = layer.Forward(Ordered(GoldenComparison.Tensor(step["input"])), Pass.Training);
        _comparison.AssertClose(step, "output", [.. Ordered(y)], Tolerances.Product);
        Tensor<float> dx = layer.Backward(Ordered(GoldenComparison.Tensor(step["output_gradient"])));
        _comparison.AssertClose(step, "input_gradient", [.. Ordered(dx)], Tolerances.Product);
        _comparison.AssertClose(step, "weight_gradient", layer.Weight.Gradients, Tolerances.Product);
        _comparison.AssertClose(step, "bias_gradient", layer.Bias!.Gradients, Tolerances.Product);

        Tensor<float> Ordered(Tensor<float> tensor) =>
            axis == 1 ? tensor : Tensor.PermuteDimensions(tensor, [0, 2, 1]).ToDenseTensor();
    }

    [Fact]
    public void Has_the_bits_of_a_convolution_of_images_of_one_row()
    {
        var sequences = new Conv1d(3, 4, 3, new RandomSource(1), new() { Padding = new Padding(5, 2, 7, 0), Stride = 2 });
        var images = new Conv2d(
            3, 4, new Extent(1, 3), new RandomSource(1), new() { Padding = new Padding(0, 2, 0, 0), Stride = new Extent(1, 2) });
        float[] x = TestData.Uniform(2 * 3 * 9, seed: 1);
        Assert.Equal([2, 4, 5], sequences.OutputShape([2, 3, 9]));
        Assert.Equal(
            [.. images.Forward(TestData.Tensor(x, 2, 3, 1, 9), Pass.Training)],
            (float[])[.. sequences.Forward(TestData.Tensor(x, 2, 3, 9), Pass.Training)]);
    }

    [Fact]
    public void Takes_a_normalization_in()
    {
        var random = new RandomSource(1);
        var network = new Sequential(new Conv1d(3, 4, 3, random, new() { Bias = false }), new BatchNorm(4));
        Tensor<float> x = TestData.Tensor(TestData.Uniform(4 * 3 * 9, seed: 1), 4, 3, 9);
        network.Forward(x, Pass.Training);
        Sequential folded = Folding.Fold(network);
        Assert.IsType<Conv1d>(Assert.Single(folded.Layers));
        float[] expected = [.. network.Predict(x)];
        AssertClose(TestData.Widen(expected), [.. folded.Predict(x)], Tolerances.Product);
        Assert.Equal(expected, (float[])[.. network.Clone().Predict(x)]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var random = new RandomSource(1);
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv1d(2, 2, 0, random), "kernel", "1×0");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv1d(2, 2, 3, random, new() { ChannelAxis = 3 }), "options", "[N, L, C]");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv1d(2, 2, 3, random, new() { Stride = 0 }), "options", "1×0");
        var layer = new Conv1d(3, 2, 3, random);
        Assert.Equal([2, 3, 3], layer.Weight.Value.Lengths);
        AssertInputRefused(layer, [4, 3, 8, 8], "[4, 3, 8, 8]", "[N, C, L]");
        AssertInputRefused(layer, [4, 5, 8], "5 channels", "takes 3");
        AssertInputRefused(layer, [4, 3, 2], "1×2", "1×3");
    }
}
