using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class LinearTests
{
    [Theory]
    [InlineData(1, 1, 1, true)]
    [InlineData(3, 5, 2, false)]
    [InlineData(7, 33, 17, true)]
    [InlineData(100, 16, 48, true)]
    [InlineData(300, 2, 65, false)]
    public void Agrees_with_the_reference(int batch, int inputs, int outputs, bool bias)
    {
        Linear layer = Make(inputs, outputs, bias);
        float[] x = TestData.Uniform(batch * inputs, seed: 1), dy = TestData.Uniform(batch * outputs, seed: 2);
        var reference = new LinearReference(
            TestData.Widen(layer.Weight.Values), layer.Bias is null ? null : TestData.Widen(layer.Bias.Values), inputs, outputs);

        float[] y = [.. layer.Forward(TestData.Tensor(x, batch, inputs), Pass.Training)];
        float[] dx = [.. layer.Backward(TestData.Tensor(dy, batch, outputs))];

        AssertClose(reference.Forward(TestData.Widen(x)), y, Tolerances.Product, what: "output");
        (double[] input, double[] weight, double[] biasGradient) = reference.Backward(TestData.Widen(x), TestData.Widen(dy));
        AssertClose(input, dx, Tolerances.Product, what: "input gradient");
        AssertClose(weight, layer.Weight.Gradients, Tolerances.Product, what: "gradient of weight");
        if (bias)
        {
            AssertClose(biasGradient, layer.Bias!.Gradients, Tolerances.RoundedOnce, what: "gradient of bias");
        }
    }

    [Theory]
    [InlineData(2, 4, 1)]
    [InlineData(3, 1, 5)]
    public void Takes_any_axes_before_the_last_as_those_of_rows(int first, int second, int third)
    {
        Linear layer = Make(3, 2, bias: true), flat = Make(3, 2, bias: true);
        int rows = first * second * third;
        float[] x = TestData.Uniform(rows * 3, seed: 1), dy = TestData.Uniform(rows * 2, seed: 2);

        Tensor<float> y = layer.Forward(TestData.Tensor(x, first, second, third, 3), Pass.Training);
        Tensor<float> dx = layer.Backward(TestData.Tensor(dy, first, second, third, 2));

        Assert.Equal([first, second, third, 2], y.Lengths);
        Assert.Equal([first, second, third, 2], layer.OutputShape([first, second, third, 3]));
        Assert.Equal([first, second, third, 3], dx.Lengths);
        Assert.Equal(flat.Forward(TestData.Tensor(x, rows, 3), Pass.Training).ToArray(), y.ToArray());
        Assert.Equal(flat.Backward(TestData.Tensor(dy, rows, 2)).ToArray(), dx.ToArray());
        Assert.Equal(flat.Weight.Gradient.ToArray(), layer.Weight.Gradient.ToArray());
        Assert.Equal(flat.Bias!.Gradient.ToArray(), layer.Bias!.Gradient.ToArray());
    }

    [Fact]
    public void Gradients_of_parameters_add_up_with_or_without_the_gradient_of_the_input()
    {
        Linear layer = Make(3, 2, bias: true);
        layer.Forward(TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3), Pass.Training);
        var gradient = TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2);

        layer.BackwardToParameters(gradient);
        double[] once = Gradients();
        layer.Backward(gradient);
        AssertClose([.. once.Select(value => 2 * value)], Gradients(), Tolerances.RoundedOnce);

        double[] Gradients() => TestData.Widen((float[])[.. layer.Weight.Gradient, .. layer.Bias!.Gradient]);
    }

    [Fact]
    public void Has_its_parameters_named_and_shaped_as_in_PyTorch()
    {
        Linear layer = Make(3, 2, bias: true);
        Assert.Equal(["weight", "bias"], layer.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([2, 3], layer.Weight.Value.Lengths);
        Assert.Equal([2], layer.Bias!.Value.Lengths);
        Assert.Equal(["weight"], Make(3, 2, bias: false).Parameters.Select(parameter => parameter.Name));
        Assert.All(new Linear(3, 2, new RandomSource(1)).Bias!.Value, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new Linear(0, 2, new RandomSource(1)), "inputs");
        AssertRefused<ArgumentOutOfRangeException>(() => new Linear(3, -1, new RandomSource(1)), "outputs");
        AssertRefused<ArgumentNullException>(() => new Linear(3, 2, null!), "random");
        Linear layer = Make(3, 2, bias: true);
        Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([4, 2])));
        AssertInputRefused(layer, [4, 5], "[4, 5]", "[N, *, 3]");
        AssertInputRefused(layer, [3], "[3]", "[N, *, 3]");
        AssertInputRefused(layer, [4, 3, 1], "[4, 3, 1]", "[N, *, 3]");
        AssertInputRefused(layer, [0, 3], "[0, 3] is empty");
        AssertRefused<ArgumentException>(() => layer.Forward(Strided<float>(4, 3), Pass.Training), "input", "not dense");
        layer.Forward(Zeros([4, 3]), Pass.Training);
        AssertRefused<ArgumentException>(() => layer.Backward(Zeros([4, 3])), "outputGradient", "[4, 3]", "[4, 2]");
        AssertRefused<ArgumentException>(() => layer.BackwardToParameters(Zeros([2])), "outputGradient", "[2]", "[4, 2]");
    }

    private static Linear Make(int inputs, int outputs, bool bias)
    {
        var layer = new Linear(inputs, outputs, new RandomSource(5), bias);
        layer.Bias?.Value.Fill(0.25f);
        return layer;
    }
}
