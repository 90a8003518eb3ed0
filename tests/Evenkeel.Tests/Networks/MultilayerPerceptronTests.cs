using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

public class MultilayerPerceptronTests
{
    [Fact]
    public void Hidden_layers_are_linear_normalization_activation_and_dropout()
    {
        Sequential network = Make([5, 4], new()
        {
            Normalization = linear => new BatchNorm(linear.Outputs),
            Activation = () => new Tanh(),
            Dropout = 0.5,
        });
        Assert.Equal(
            [
                typeof(Linear), typeof(BatchNorm), typeof(Tanh), typeof(Dropout),
                typeof(Linear), typeof(BatchNorm), typeof(Tanh), typeof(Dropout),
                typeof(Linear),
            ],
            network.Layers.Select(layer => layer.GetType()));
        Assert.Equal([7, 2], network.Forward(Zeros([7, 3]), Pass.Inference).Lengths);
    }

    [Fact]
    public void A_linear_layer_has_a_bias_unless_a_normalization_follows()
    {
        Assert.Equal([true, true], Biases(Make([5])));
        Assert.Equal([false, true], Biases(Make([5], new() { Normalization = linear => new BatchNorm(linear.Outputs) })));

        static IEnumerable<bool> Biases(Sequential network) =>
            network.Layers.OfType<Linear>().Select(linear => linear.Bias is not null);
    }

    [Fact]
    public void Without_hidden_layers_is_a_linear_model() => Assert.IsType<Linear>(Assert.Single(Make([]).Layers));

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Make([5, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make([5], new() { Dropout = double.NaN }));
        AssertRefused<ArgumentNullException>(() => Make(null!), "hidden");
    }

    private static Sequential Make(int[] hidden, MultilayerPerceptronOptions? options = null) =>
        MultilayerPerceptron.Create(inputs: 3, hidden, outputs: 2, new RandomSource(1), options);
}
