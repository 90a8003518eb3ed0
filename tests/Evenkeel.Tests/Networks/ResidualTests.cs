using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

public class ResidualTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Is_the_sum_of_a_function_and_its_input_and_so_is_the_gradient(bool rectified)
    {
        float[] x = TestData.Uniform(99, seed: 1), dy = TestData.Uniform(99, seed: 2);
        var block = new Residual(new Tanh(), activation: rectified ? new Relu() : null);
        double[] sums = [.. x.Select(value => Math.Tanh(value) + value)];

        float[] y = [.. block.Forward(TestData.Tensor(x, 3, 33), Pass.Training)];
        float[] dx = [.. block.Backward(TestData.Tensor(dy, 3, 33))];

        AssertClose([.. sums.Select(sum => rectified ? Math.Max(0, sum) : sum)], y, Tolerances.Activation);
        AssertClose(
            [.. x.Select((value, i) => rectified && sums[i] <= 0 ? 0 : dy[i] * (2 - Math.Pow(Math.Tanh(value), 2)))],
            dx,
            Tolerances.ActivationGradient);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_projection_takes_the_place_of_the_input(bool rectified)
    {
        Layer[] layers = Layers(), alone = Layers();
        var relu = new Relu();
        var block = new Residual(new Sequential(layers[0], layers[1]), layers[2], rectified ? relu : null);
        var input = TestData.Tensor(TestData.Uniform(24, seed: 1), 6, 4);
        float[] dy = TestData.Uniform(18, seed: 2);

        float[] body = [.. alone[1].Forward(alone[0].Forward(input, Pass.Training), Pass.Training)];
        float[] skipped = [.. alone[2].Forward(input, Pass.Training)];
        float[] expected = [.. body.Zip(skipped, (b, s) => rectified && b + s < 0 ? 0 : b + s)];
        AssertSameBits(expected, [.. block.Forward(input, Pass.Training)]);

        var gated = TestData.Tensor([.. dy.Zip(expected, (gradient, value) => rectified && !(value > 0) ? 0 : gradient)], 6, 3);
        float[] bodyGradient = [.. alone[0].Backward(alone[1].Backward(gated))];
        float[] expectedGradient = [.. bodyGradient.Zip(alone[2].Backward(gated), (b, s) => b + s)];
        AssertSameBits(expectedGradient, [.. block.Backward(TestData.Tensor(dy, 6, 3))]);

        Assert.Equal(alone.SelectMany(layer => layer.Parameters).SelectMany(p => p.Gradient), block.Parameters.SelectMany(p => p.Gradient));
        Assert.Equal(layers.SelectMany(layer => layer.Parameters), block.Parameters);
        Assert.Equal([block.Body, layers[2], .. rectified ? (Layer[])[relu] : []], block.Children);
        Assert.Equal((layers[2], rectified ? relu : null), (block.Shortcut, block.Activation));

        static Layer[] Layers()
        {
            var random = new RandomSource(3);
            return [new Linear(4, 3, random), new BatchNorm(3), new Linear(4, 3, random)];
        }
    }

    [Fact]
    public void Refuses_what_it_cannot_take()
    {
        var random = new RandomSource(1);
        Linear layer = new(4, 3, random);
        AssertRefused<ArgumentNullException>(() => new Residual(null!), "body");
        AssertRefused<ArgumentException>(() => new Residual(layer, layer), "shortcut", "A Linear occurs twice in the network");
        AssertInputRefused(new Residual(layer), [6, 4], "body gives [6, 3]", "shortcut [6, 4]");
        AssertInputRefused(new Residual(layer, new Linear(4, 2, random)), [6, 4], "body gives [6, 3]", "shortcut [6, 2]");
        Assert.Throws<InvalidOperationException>(() => new Residual(new Linear(4, 4, random)).Backward(Zeros([6, 4])));
        var block = new Residual(new Tanh());
        block.Forward(Zeros([6, 4]), Pass.Training);
        AssertRefused<ArgumentException>(() => block.Backward(Zeros([6, 3])), "outputGradient", "[6, 3]", "[6, 4]");
    }
}
