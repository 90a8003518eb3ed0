using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class DropoutTests
{
    private static readonly float[] X = Array.ConvertAll(TestData.Uniform(10_000, seed: 1), value => value + 2);
    private static readonly float[] Gradient = Array.ConvertAll(TestData.Uniform(10_000, seed: 2), value => value + 2);

    [Theory]
    [InlineData(DropoutKind.Inverted, 4 / 3f)]
    [InlineData(DropoutKind.Classic, 1f)]
    public void In_training_drops_its_share_and_scales_the_rest_and_the_gradient_alike(DropoutKind kind, float factor)
    {
        var layer = new Dropout(0.25, new RandomSource(1), kind);
        float[] y = Forward(layer, Pass.Training), dx = Backward(layer);

        Assert.InRange(y.Count(value => value == 0), 2300, 2700);
        AssertSameBits([.. y.Zip(X, (value, x) => value == 0 ? 0 : x * factor)], y);
        AssertSameBits([.. y.Zip(Gradient, (value, dy) => value == 0 ? 0 : dy * factor)], dx);
    }

    [Theory]
    [InlineData(DropoutKind.Inverted, 1f)]
    [InlineData(DropoutKind.Classic, 0.75f)]
    public void In_inference_drops_nothing(DropoutKind kind, float factor)
    {
        var layer = new Dropout(0.25, new RandomSource(1), kind);
        AssertSameBits(Array.ConvertAll(X, x => x * factor), Forward(layer, Pass.Inference));
        AssertSameBits(Array.ConvertAll(Gradient, dy => dy * factor), Backward(layer));
        Assert.Equal(0u, layer.TrainingPasses);
    }

    [Fact]
    public void Masks_differ_from_pass_to_pass_and_layer_to_layer_and_come_again_with_the_seed()
    {
        RandomSource random = new(1), same = new(1);
        Dropout layer = new(0.5, random), next = new(0.5, random), again = new(0.5, same);
        float[] first = Forward(layer, Pass.Training), second = Forward(layer, Pass.Training);

        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Forward(next, Pass.Training));
        Assert.Equal(first, Forward(again, Pass.Training));
        Assert.Equal(second, Forward(again, Pass.Training));

        layer.TrainingPasses = 0;
        Assert.Equal(first, Forward(layer, Pass.Training));
    }

    [Fact]
    public void Backward_uses_the_mask_of_its_forward_pass_whatever_was_set_since()
    {
        var layer = new Dropout(0.5, new RandomSource(1));
        float[] y = Forward(layer, Pass.Training);
        layer.TrainingPasses = 17;
        Assert.Equal(y.Select(value => value == 0), Backward(layer).Select(value => value == 0));
    }

    [Fact]
    public void With_probability_zero_is_the_identity() =>
        AssertSameBits(X, Forward(new Dropout(0, new RandomSource(1)), Pass.Training));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Refuses_a_probability_outside_zero_to_one(double probability) =>
        AssertRefused<ArgumentOutOfRangeException>(
            () => new Dropout(probability, new RandomSource(1)), "probability", "at least 0 and below 1");

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused<ArgumentNullException>(() => new Dropout(0.5, null!), "random");
        var layer = new Dropout(0.5, new RandomSource(1));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([2])));
        AssertInputRefused(layer, [0, 3], "[0, 3] is empty");
        AssertRefused<ArgumentException>(() => layer.Forward(Strided<float>(3, 2), Pass.Training), "input", "not dense");
        layer.Forward(Zeros([2, 3]), Pass.Training);
        AssertRefused<ArgumentException>(() => layer.Backward(Zeros([3, 2])), "outputGradient", "[3, 2]", "[2, 3]");
    }

    private static float[] Forward(Dropout layer, Pass pass) => [.. layer.Forward(TestData.Tensor(X, 100, 100), pass)];

    private static float[] Backward(Dropout layer) => [.. layer.Backward(TestData.Tensor(Gradient, 100, 100))];
}
