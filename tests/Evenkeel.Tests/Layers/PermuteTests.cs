using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class PermuteTests
{
    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(0, 3, 1, 2)]
    [InlineData(0, 2, 3, 1)]
    [InlineData(0, 3, 2, 1)]
    [InlineData(0, 1, 3, 2)]
    public void Puts_axes_in_order_and_gradients_back(params int[] axes)
    {
        var layer = new Permute(axes);
        Tensor<float> x = TestData.Tensor(TestData.Uniform(2 * 3 * 4 * 5, seed: 1), 2, 3, 4, 5);
        Tensor<float> expected = Tensor.PermuteDimensions(x, axes).ToDenseTensor();
        Tensor<float> y = layer.Forward(x, Pass.Training);
        Assert.Equal(expected.Lengths, y.Lengths);
        Assert.Equal(expected.Lengths, layer.OutputShape(x.Lengths));
        Assert.Equal([.. expected], (float[])[.. y]);
        Tensor<float> dx = layer.Backward(y);
        Assert.Equal(x.Lengths, dx.Lengths);
        Assert.Equal([.. x], (float[])[.. dx]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused<ArgumentException>(() => new Permute(1, 0), "axes", "(1, 0)", "each once");
        AssertRefused<ArgumentException>(() => new Permute(0, 1, 1), "axes");
        AssertRefused<ArgumentException>(() => new Permute(0, 3, 1), "axes");
        AssertRefused<ArgumentException>(() => new Permute(), "axes");
        AssertInputRefused(new Permute(0, 2, 1), [2, 3], "[2, 3]", "3 axes", "(0, 2, 1)");
    }

    [Fact]
    public void An_identity_gives_what_it_gets()
    {
        Tensor<float> x = TestData.Tensor(TestData.Uniform(6, seed: 1), 2, 3);
        var layer = new Identity();
        Assert.Same(x, layer.Forward(x, Pass.Training));
        Assert.Same(x, layer.Backward(x));
    }
}
