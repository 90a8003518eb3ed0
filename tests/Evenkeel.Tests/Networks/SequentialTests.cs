using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

public class SequentialTests
{
    [Fact]
    public void Is_its_layers_one_after_the_other()
    {
        (Sequential network, Layer[] layers) = Make();
        (_, Layer[] alone) = Make();
        var input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3);
        var gradient = TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2);

        Tensor<float> expected = alone.Aggregate(input, (x, layer) => layer.Forward(x, Pass.Training));
        Assert.Equal(expected, network.Forward(input, Pass.Training));
        Tensor<float> expectedGradient = alone.Reverse().Aggregate(gradient, (dy, layer) => layer.Backward(dy));
        Assert.Equal(expectedGradient, network.Backward(gradient));
        Assert.Equal(
            alone.SelectMany(layer => layer.Parameters).SelectMany(parameter => parameter.Gradient),
            network.Parameters.SelectMany(parameter => parameter.Gradient));
        Assert.Equal(layers, network.Layers);
    }

    [Fact]
    public void Backward_to_parameters_gives_them_the_same_gradients()
    {
        (Sequential whole, _) = Make();
        (Sequential part, _) = Make();
        var input = TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3);
        var gradient = TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2);
        whole.Forward(input, Pass.Training);
        part.Forward(input, Pass.Training);

        whole.Backward(gradient);
        part.BackwardToParameters(gradient);

        Assert.Equal(
            whole.Parameters.SelectMany(parameter => parameter.Gradient),
            part.Parameters.SelectMany(parameter => parameter.Gradient));
    }

    [Fact]
    public void Backward_to_parameters_ends_at_the_first_layer_that_has_any()
    {
        var random = new RandomSource(3);
        var linear = new Linear(3, 2, random);
        var network = new Sequential(new Sequential(new NoGradient()), new NoGradient(), linear, new Relu());
        network.Forward(TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3), Pass.Training);

        network.BackwardToParameters(TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2));

        Assert.Contains(linear.Weight.Gradient, value => value != 0);
        Assert.Throws<NotSupportedException>(() => network.Backward(TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2)));

        // A normalization's are found where it runs as one with its ReLU, too.
        var normalized = new Sequential(new NoGradient(), new BatchNorm(3), new Relu());
        normalized.Forward(TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3), Pass.Training);
        normalized.BackwardToParameters(TestData.Tensor(TestData.Uniform(12, seed: 2), 4, 3));
        Assert.Contains(normalized.Parameters[1].Gradient, value => value != 0);
    }

    [Fact]
    public void Passes_on_whether_it_is_training_or_inference()
    {
        var normalization = new BatchNorm(2);
        var network = new Sequential(new Relu(), normalization);
        network.Forward(Zeros([3, 2]), Pass.Inference);
        Assert.Equal(0, normalization.RunningStatistics!.BatchesTracked);
        network.Forward(Zeros([3, 2]), Pass.Training);
        Assert.Equal(1, normalization.RunningStatistics.BatchesTracked);
    }

    [Fact]
    public void Refuses_no_layers_a_missing_one_and_one_that_stands_there_twice()
    {
        var relu = new Relu();
        AssertRefused<ArgumentException>(() => new Sequential(), "layers", "at least one layer");
        AssertRefused<ArgumentException>(() => new Sequential(relu, new Tanh(), relu), "layers", "A Relu occurs twice in the network");
        AssertRefused<ArgumentException>(() => new Sequential(new Sequential(relu), relu), "layers", "A Relu occurs twice in the network");
        AssertRefused<ArgumentNullException>(() => new Sequential(relu, null!), "layers");
        AssertRefused<ArgumentNullException>(() => new Sequential((IReadOnlyList<Layer>)null!), "layers");
    }

    [Fact]
    public void Refuses_backward_before_forward_and_without_a_gradient()
    {
        Assert.Throws<InvalidOperationException>(() => Make().Network.Backward(Zeros([4, 2])));
        AssertRefused<ArgumentNullException>(() => Make().Network.Backward(null!), "outputGradient");
    }

    private static (Sequential Network, Layer[] Layers) Make()
    {
        var random = new RandomSource(3);
        Layer[] layers = [new Linear(3, 5, random), new BatchNorm(5), new Tanh(), new Linear(5, 2, random)];
        return (new Sequential(layers), layers);
    }

    /// <summary>A layer that must not be asked for a gradient.</summary>
    [Fact]
    public void Refuses_backward_after_a_layer_was_run_by_itself_or_in_another_network()
    {
        var random = new RandomSource(1);
        var shared = new Linear(2, 2, random);
        Sequential first = new(shared, new Relu()), second = new(new Sequential(shared), new Tanh());
        Tensor<float> x = Tensor.Create<float>([1, 1], [1, 2]), y = Tensor.Create<float>([100, 100], [1, 2]);
        first.Forward(x, Pass.Training);
        second.Forward(y, Pass.Training);
        Assert.Throws<InvalidOperationException>(() => first.Backward(x));
        Assert.Throws<InvalidOperationException>(() => first.BackwardToParameters(x));
        Assert.All(shared.Weight.Gradient, value => Assert.Equal(0, value));
        second.Backward(y);
        first.Forward(x, Pass.Training);
        Assert.Throws<InvalidOperationException>(() => second.Backward(y));
        first.Backward(x);
        shared.Forward(y, Pass.Training);
        Assert.Throws<InvalidOperationException>(() => first.Backward(x));

        var body = new Sequential(new Linear(2, 2, random), new Tanh());
        Sequential block = new(new Residual(body)), other = new(body);
        block.Forward(x, Pass.Training);
        other.Forward(y, Pass.Training);
        Assert.Throws<InvalidOperationException>(() => block.Backward(x));
    }

    private sealed class NoGradient : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();
    }
}
