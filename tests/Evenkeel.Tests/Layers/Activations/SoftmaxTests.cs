using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers.Activations;

public class SoftmaxTests
{
    [Theory]
    [InlineData(new[] { 3, 1 }, -1)]
    [InlineData(new[] { 3, 17 }, -1)]
    [InlineData(new[] { 3, 17 }, 1)]
    [InlineData(new[] { 2, 5, 1 }, 1)]
    [InlineData(new[] { 2, 5, 15 }, 1)]
    [InlineData(new[] { 2, 5, 16 }, -2)]
    [InlineData(new[] { 2, 3, 4, 33 }, 1)]
    [InlineData(new[] { 2, 3, 4, 33 }, 2)]
    [InlineData(new[] { 2, 3, 4, 33 }, 3)]
    [InlineData(new[] { 700, 100 }, 1)]
    [InlineData(new[] { 2, 200, 300 }, 1)]
    public void Agrees_with_the_reference(int[] shape, int axis)
    {
        nint[] lengths = [.. shape];
        int length = shape.Aggregate(1, (product, size) => product * size), positive = axis < 0 ? axis + shape.Length : axis;
        int inner = shape[(positive + 1)..].Aggregate(1, (product, size) => product * size);
        float[] x = Array.ConvertAll(TestData.Uniform(length, seed: 1), value => 20 * value), dy = TestData.Uniform(length, seed: 2);
        double[] expected = SoftmaxReference.Forward(TestData.Widen(x), shape[positive], inner);

        var layer = new Softmax(axis);
        Assert.Equal(lengths, layer.OutputShape(lengths));
        float[] y = [.. layer.Forward(TestData.Tensor(x, lengths), Pass.Training)];
        float[] dx = [.. layer.Backward(TestData.Tensor(dy, lengths))];

        AssertClose(expected, y, Tolerances.Activation, scale: 1);
        AssertClose(
            SoftmaxReference.Backward(TestData.Widen(dy), expected, shape[positive], inner), dx, Tolerances.ActivationGradient, scale: 1);
    }

    [Fact]
    public void Huge_numbers_do_not_overflow()
    {
        Tensor<float> y = new Softmax().Forward(TestData.Tensor([3e38f, 3e38f, -3e38f, 1000, 1000, 0], 2, 3), Pass.Inference);
        Assert.Equal([0.5f, 0.5f, 0, 0.5f, 0.5f, 0], y);
        y = new Softmax(1).Forward(TestData.Tensor([3e38f, 1000, 3e38f, 0], 1, 2, 2), Pass.Inference);
        Assert.Equal([0.5f, 1, 0.5f, 0], y);
    }

    [Fact]
    public void NaN_stays_in_its_softmax()
    {
        foreach (int axis in (int[])[1, 2])
        {
            float[] y = [.. new Softmax(axis).Forward(TestData.Tensor([float.NaN, 1, 1, 1], 1, 2, 2), Pass.Inference)];
            Assert.Equal(axis == 2 ? [float.NaN, float.NaN, 0.5f, 0.5f] : [float.NaN, 0.5f, float.NaN, 0.5f], y);
        }
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new Softmax(0), "axis", "samples");
        AssertInputRefused(new Softmax(2), [3, 4], "[3, 4]", "axis 2");
        AssertInputRefused(new Softmax(-2), [3, 4], "[3, 4]", "axis -2");
        AssertInputRefused(new Softmax(), [3], "[3]");
        Assert.Throws<InvalidOperationException>(() => new Softmax().Backward(Zeros([2, 3])));
    }
}
