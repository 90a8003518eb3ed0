using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>Nodes that read products and concatenations.</summary>
public class GraphCombinationTests
{
    private static readonly RandomSource Random = new(3);

    public static TheoryData<string, Layer, nint[]> Graphs => new()
    {
        {
            "branches joined along the channels",
            new Graph(
                new("small", new Conv2d(3, 2, 1, Random), Graph.Input),
                new("large", new Conv2d(3, 4, 3, Random, new() { Padding = 1 }), Graph.Input),
                new("joined", new Tanh(), "small", Graph.Input, "large") { Combination = Combination.Concatenation },
                new("last", new Conv2d(9, 2, 1, Random), "joined")),
            [2, 3, 5, 4]
        },
        {
            "branches joined along the last axis",
            new Graph(
                new("a", new Linear(6, 2, Random), Graph.Input),
                new("b", new Tanh(), "a"),
                new("joined", new Linear(4, 3, Random), "a", "b") { Combination = Combination.Concatenation, Axis = -1 }),
            [2, 5, 6]
        },
        {
            "product of equal shapes",
            new Graph(
                new("value", new Linear(6, 4, Random), Graph.Input),
                new("gate", new Sequential(new Linear(6, 4, Random), new Sigmoid()), Graph.Input),
                new("gated", new Linear(4, 3, Random), "value", "gate") { Combination = Combination.Product }),
            [5, 6]
        },
        { "squeeze and excitation", SqueezeAndExcitation(axis: 1, first: false), [2, 3, 5, 4] },
        { "squeeze and excitation, channels last", SqueezeAndExcitation(axis: -1, first: false), [2, 5, 4, 3] },
        { "squeeze and excitation, factors first", SqueezeAndExcitation(axis: 1, first: true), [2, 3, 5, 4] },
        {
            "factors as images of one pixel",
            new Graph(
                new("factors", new Sequential(new AdaptiveAveragePool2d(1), new Conv2d(3, 3, 1, Random), new Sigmoid()), Graph.Input),
                new("scaled", new Tanh(), Graph.Input, "factors") { Combination = Combination.Product }),
            [2, 3, 5, 4]
        },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Gradients_are_those_of_finite_differences(string name, Layer graph, nint[] lengths)
    {
        IReadOnlyList<GradientError> errors = GradientCheck.Check(graph, Values(lengths));
        Assert.All(errors, error => Assert.True(error.RelativeError < 3e-3, $"{name}: {error}"));
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Predictions_have_the_bits_of_a_forward_pass(string name, Layer graph, nint[] lengths)
    {
        float[] expected = graph.Forward(Values(lengths), Pass.Inference).ToArray();
        Assert.Equal(expected, graph.Predict(Values(lengths)).ToArray());
        Assert.True(graph.OutputShape(lengths).SequenceEqual(graph.Predict(Values(lengths)).Lengths), name);
    }

    [Fact]
    public void A_concatenation_has_its_inputs_one_after_the_other()
    {
        foreach (int axis in (int[])[1, 2, -1])
        {
            var graph = new Graph(
                new("doubled", new LeakyRelu(2), Graph.Input),
                new("joined", new LeakyRelu(1), "doubled", Graph.Input) { Combination = Combination.Concatenation, Axis = axis });
            float[] y = [.. graph.Forward(TestData.Tensor<float>([-1, -2, -3, -4], 1, 2, 2), Pass.Training)];
            Assert.Equal(axis == 1 ? [-2, -4, -6, -8, -1, -2, -3, -4] : [-2, -4, -1, -2, -6, -8, -3, -4], y);
        }
    }

    [Fact]
    public void A_product_has_a_factor_for_each_channel()
    {
        var graph = new Graph(
            new("means", new GlobalAveragePool2d(), Graph.Input),
            new("scaled", new LeakyRelu(1), "means", Graph.Input) { Combination = Combination.Product });
        float[] y = [.. graph.Forward(TestData.Tensor<float>([1, 3, 10, 30], 1, 2, 1, 2), Pass.Training)];
        Assert.Equal([2, 6, 200, 600], y);
    }

    [Fact]
    public void Infinite_values_times_zero_are_NaN()
    {
        var graph = new Graph(
            new("zero", new Sequential(new GlobalAveragePool2d(), new Clamp(0, 0)), Graph.Input),
            new("scaled", new LeakyRelu(1), Graph.Input, "zero") { Combination = Combination.Product });
        Assert.Equal([float.NaN], graph.Forward(TestData.Tensor<float>([float.PositiveInfinity], 1, 1, 1, 1), Pass.Training));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused<ArgumentException>(
            () => new Graph(
                new("a", new Relu(), Graph.Input),
                new("b", new Tanh(), Graph.Input),
                new("c", new Relu(), "a", "b", Graph.Input) { Combination = Combination.Product }),
            "nodes", "'c'", "more than two inputs");
        AssertRefused<ArgumentException>(
            () => new Graph(new GraphNode("a", new Relu(), Graph.Input) { Axis = 0 }), "nodes", "'a'", "axis 0");
        AssertRefused<ArgumentException>(
            () => new Graph(new GraphNode("a", new Relu(), Graph.Input) { Combination = (Combination)7 }), "nodes", "'a'", "not defined");

        Graph joined = Joined(Combination.Concatenation, axis: 1), product = Joined(Combination.Product, axis: 1);
        AssertInputRefused(joined, [2, 6, 4], "'joined'", "concatenation of 'input' [2, 6, 4] and 'pooled' [2, 6, 2]", "but for axis 1");
        AssertInputRefused(Joined(Combination.Concatenation, axis: 3), [2, 6, 4], "'joined'", "axis 3", "[2, 6, 4]");
        AssertInputRefused(product, [2, 6, 4], "'joined'", "product of 'input' [2, 6, 4] and 'pooled' [2, 6, 2]", "axis 1");
        Assert.Throws<ArgumentException>("input", () => joined.OutputShape([2, 6, 4]));

        static Graph Joined(Combination combination, int axis) => new(
            new("pooled", new Linear(4, 2, Random), Graph.Input),
            new("joined", new Relu(), Graph.Input, "pooled") { Combination = combination, Axis = axis });
    }

    private static Graph SqueezeAndExcitation(int axis, bool first)
    {
        var factors = new GraphNode(
            "factors",
            new Sequential(new GlobalAveragePool2d(axis), new Linear(3, 2, Random), new Tanh(), new Linear(2, 3, Random), new Sigmoid()),
            Graph.Input);
        string[] inputs = first ? ["factors", Graph.Input] : [Graph.Input, "factors"];
        return new Graph(factors, new GraphNode("scaled", new Tanh(), inputs) { Combination = Combination.Product, Axis = axis });
    }

    private static Tensor<float> Values(nint[] lengths) =>
        TestData.Tensor(TestData.Uniform((int)TensorPrimitives.Product<nint>(lengths), seed: 1), lengths);
}
