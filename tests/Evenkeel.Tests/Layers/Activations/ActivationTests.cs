using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers.Activations;

public class ActivationTests
{
    private static readonly (Activation Layer, ActivationReference Reference)[] All =
    [
        (new Relu(), ActivationReference.Relu),
        (new Sigmoid(), ActivationReference.Sigmoid),
        (new Tanh(), ActivationReference.Tanh),
        (new Silu(), ActivationReference.Silu),
        (new Gelu(), ActivationReference.Gelu),
        (new Gelu(approximate: true), ActivationReference.GeluTanh),
        (new HardSwish(), ActivationReference.HardSwish),
        (new LeakyRelu(0.2), ActivationReference.LeakyRelu(0.2)),
        (new HardSigmoid(), ActivationReference.HardSigmoid(1.0 / 6, 0.5)),
        (new HardSigmoid(0.2, 0.4), ActivationReference.HardSigmoid(0.2, 0.4)),
        (new Clamp(0, 6), ActivationReference.Clamp(0, 6)),
        (new Clamp(-1, double.PositiveInfinity), ActivationReference.Clamp(-1, double.PositiveInfinity)),
    ];

    [Fact]
    public void Agree_with_the_reference_at_every_length_and_in_both_passes()
    {
        foreach ((Activation layer, ActivationReference reference) in All)
        {
            foreach (int length in (int[])[.. Shapes.AroundVectors, 40_001])
            {
                float[] x = Array.ConvertAll(TestData.Uniform(length, seed: 1), value => 10 * value * value * value);
                float[] dy = TestData.Uniform(length, seed: 2);
                foreach (Pass pass in Enum.GetValues<Pass>())
                {
                    Tensor<float> y = layer.Forward(TestData.Tensor(x, 1, length), pass);
                    AssertClose(Array.ConvertAll(x, v => reference.Value(v)), [.. y], Tolerances.Activation);
                    Tensor<float> dx = layer.Backward(TestData.Tensor(dy, 1, length));
                    AssertClose(
                        [.. x.Zip(dy, (v, g) => g * reference.Derivative(v))], [.. dx], Tolerances.ActivationGradient, scale: 1);
                }
            }
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 1, 1)]
    [InlineData(float.NegativeInfinity, 0, 0, -1)]
    [InlineData(float.NaN, float.NaN, float.NaN, float.NaN)]
    [InlineData(0, 0, 0.5f, 0)]
    [InlineData(3e38f, 3e38f, 1, 1)]
    [InlineData(-3e38f, 0, 0, -1)]
    [InlineData(1e-42f, 1e-42f, 0.5f, 1e-42f)]
    public void Have_their_limits_at_the_ends(float x, float relu, float sigmoid, float tanh)
    {
        float[] values = [.. All.Take(3).Select(each => each.Layer.Forward(TestData.Tensor([x], 1), Pass.Inference)[0])];
        Assert.Equal([relu, sigmoid, tanh], values);
    }

    [Fact]
    public void Smooth_and_piecewise_linear_units_have_their_limits_at_the_ends()
    {
        foreach (Activation layer in (Activation[])[new Silu(), new Gelu(), new Gelu(approximate: true), new HardSwish()])
        {
            float[] x = [float.NegativeInfinity, -3e38f, -1000, 0, 1000, 3e38f, float.PositiveInfinity, float.NaN];
            Assert.Equal([0, 0, 0, 0, 1000, 3e38f, float.PositiveInfinity, float.NaN], layer.Forward(TestData.Tensor(x, 8), Pass.Training));
            Assert.Equal([0, 0, 0, 1, 2, 2, 2, float.NaN], layer.Backward(TestData.Tensor<float>([2, 2, 2, 2, 2, 2, 2, 2], 8)));
        }
    }

    [Fact]
    public void Settings_are_checked()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new LeakyRelu(double.NaN), "slope", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => new HardSigmoid(double.PositiveInfinity), "slope", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => new HardSigmoid(0.2, double.NaN), "offset", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => new Clamp(1, 0), "minimum", "at most the maximum, 0");
        AssertRefused<ArgumentOutOfRangeException>(() => new Clamp(double.NaN, 0), "minimum");
        AssertRefused<ArgumentOutOfRangeException>(() => new Clamp(0, double.NaN), "minimum");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new Clamp(double.PositiveInfinity, double.PositiveInfinity), "minimum", "below ∞");
    }

    [Fact]
    public void Relu_passes_no_gradient_at_zero()
    {
        var layer = new Relu();
        layer.Forward(TestData.Tensor([0, -0f, 1e-45f, -1e-45f], 4), Pass.Training);
        Assert.Equal([0, 0, 3, 0], layer.Backward(TestData.Tensor<float>([3, 3, 3, 3], 4)));
    }

    [Fact]
    public void Refuse_what_does_not_fit()
    {
        foreach (Func<Activation> make in (Func<Activation>[])[() => new Relu(), () => new Sigmoid(), () => new Tanh()])
        {
            Activation layer = make();
            Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([2, 3])));
            AssertInputRefused(layer, [0, 3], "[0, 3] is empty");
            AssertRefused<ArgumentNullException>(() => layer.Forward(null!, Pass.Training), "input");
            AssertRefused<ArgumentException>(() => layer.Forward(Strided<float>(3, 2), Pass.Training), "input", "not dense");
            layer.Forward(Zeros([2, 3]), Pass.Training);
            AssertRefused<ArgumentException>(() => layer.Backward(Zeros([3, 2])), "outputGradient", "[3, 2]", "[2, 3]");
        }
    }

    [Fact]
    public void An_own_activation_gets_input_and_output()
    {
        var layer = new Cube();
        Assert.Equal([8, -1], layer.Forward(TestData.Tensor<float>([2, -1], 1, 2), Pass.Training));
        Assert.Equal([120, 3], layer.Backward(TestData.Tensor<float>([10, 1], 1, 2)));
        Assert.Equal([2, -1, 8, -1], layer.Seen);
    }

    [Fact]
    public void A_failed_pass_leaves_nothing_to_differentiate()
    {
        var layer = new Cube();
        layer.Forward(Zeros([2, 3]), Pass.Training);
        Assert.Throws<ArithmeticException>(() => layer.Forward(TestData.Tensor([float.NaN], 1, 1), Pass.Training));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([2, 3])));
    }

    private sealed class Cube : Activation
    {
        public float[] Seen { get; private set; } = [];

        protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = float.IsNaN(x[i]) ? throw new ArithmeticException() : x[i] * x[i] * x[i];
            }
        }

        protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx)
        {
            Seen = [.. x, .. y];
            for (int i = 0; i < dx.Length; i++)
            {
                dx[i] = dy[i] * 3 * x[i] * x[i];
            }
        }
    }
}
