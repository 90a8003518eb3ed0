using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Graph = Evenkeel.Explanations.Graphs.Graph;

namespace Evenkeel.Explanations.Methods;

/// <summary>Why gradients vanish and explode in a chain of layers, and what normalization changes.</summary>
internal static class GradientChainExplanation
{
    private const int Depth = 10;
    private const double LargestSlope = 0.25;

    /// <summary>Explains gradients through a chain of layers of one neuron; the elements of the input are its samples.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        double[] z = [-6, -4, -2, -1, 0, 1, 2, 4, 6];
        (double[] sigmoid, double[] slope) = Sigmoid(z);
        int[] layers = [.. Enumerable.Range(1, Depth)];
        Quantity PerLayer(Formula symbol, string meaning, IEnumerable<double> values) =>
            new(symbol, meaning, [Depth], ["n"], [.. values]) { IsLogarithmic = true };
        Quantity PerValue(Formula symbol, string meaning, double[] values) => new(symbol, meaning, [z.Length], ["z"], values);
        return new Explanation(
            "gradient-chain",
            "Gradients through a chain of layers",
            "Backward, each layer multiplies the gradient by slope × weight: below 1 it vanishes, above 1 it explodes, exponentially in "
            + "the depth.",
            [
                new Section(
                    SectionKind.Computation,
                    "The slope of the sigmoid",
                    "It is largest at z = 0, and there only 0.25; far from 0 it is next to nothing: the neuron is saturated.",
                    [
                        new Step("input", [], [PerValue("z", "input of the activation", z)]),
                        new Step("sigmoid", [@"a = \frac{1}{1 + e^{-z}}"],
                            [PerValue("a", "output", [.. z.Select(Activation)]) with { Library = sigmoid }]),
                        new Step(
                            "slope",
                            [@"\frac{\partial a}{\partial z} = a \cdot (1 - a)"],
                            [PerValue(@"\frac{\partial a}{\partial z}", "slope", [.. z.Select(Slope)]) with { Library = slope }])
                        {
                            Examples = [.. z.Select(value => $"{Numbers.Short(Activation(value))} · (1 − "
                                + $"{Numbers.Short(Activation(value))}) = {Numbers.Short(Slope(value))}")],
                        },
                    ]),
                new Section(
                    SectionKind.Computation,
                    "Vanishing: slopes of 0.25",
                    "With weights of 1, n sigmoids scale a gradient by 0.25ⁿ at best.",
                    [
                        new Step("factor", ["0.25^n"], [
                            PerLayer("0.25^n", "factor of the gradient", layers.Select(n => Math.Pow(LargestSlope, n)))])
                        {
                            Examples = [.. layers.Select(n => Invariant($"0.25^{n} = {Numbers.Short(Math.Pow(LargestSlope, n))}"))],
                        },
                    ]),
                new Section(
                    SectionKind.Computation,
                    "Exploding: slope × weight of 100",
                    "With weights of 100 and biases that keep z at 0, each layer scales by 0.25·100 = 25. Without such biases a large "
                    + "weight saturates the sigmoid instead, and the gradient vanishes.",
                    [
                        new Step("factor", [@"(0.25 \cdot 100)^n"],
                            [PerLayer("25^n", "factor of the gradient", layers.Select(n => Math.Pow(25, n)))]),
                        new Step(
                            "factor at z = 10",
                            [@"(\frac{\partial a}{\partial z} \cdot 100)^n"],
                            [PerLayer(@"(\frac{\partial a}{\partial z} \cdot 100)^n", "factor of the gradient",
                                layers.Select(n => Math.Pow(100 * Slope(10), n)))]),
                    ]),
                Network(input),
            ])
        {
            Study = "gradient-flow",
            Documentation = "docs/studies.md",
        };
    }

    /// <summary>Gradients through a chain of layers, with and without batch normalization before each sigmoid.</summary>
    private static Section Network(ExplanationInput input)
    {
        double[] weights = [0.1, 1, 10, 100];
        var steps = new List<Step>();
        foreach (bool normalized in new[] { false, true })
        {
            foreach (double weight in weights)
            {
                string with = normalized ? "with" : "without";
                steps.Add(new Step(
                    Invariant($"{with} batch normalization, weights of {weight}"),
                    [],
                    [
                        new Quantity(
                            @"|\frac{\partial L}{\partial z_n}|", "largest gradient at each layer, from the first to the last", [Depth],
                                ["n"],
                            Gradients(input, weight, normalized))
                        {
                            Library = LibraryGradients(input, weight, normalized),
                            IsLogarithmic = !normalized,
                        },
                    ]));
            }
        }

        return new Section(
            SectionKind.Computation,
            Invariant($"In a network of {Depth} layers"),
            "Each layer is z = w·a, then batch normalization or nothing, then a sigmoid; the samples are the elements of the input. "
            + "BN(w·a) does not depend on w: with normalization the gradients are the same for every weight that ε does not drown, and "
            + "change by a moderate factor per layer.",
            steps);
    }

    private static double[] Gradients(ExplanationInput input, double weight, bool normalized)
    {
        var layout = ElementLayout.PerChannel([input.Values.Length, 1]);
        double[] a = LibraryPass.Widen(input.Values);
        List<(Graph? Normalization, double[] Slopes)> layers = [];
        for (int n = 0; n < Depth; n++)
        {
            double[] z = [.. a.Select(value => weight * value)];
            Graph? graph = normalized ? NormalizationGraph.Standardize(layout, z, [1], [0], input.Epsilon) : null;
            z = graph?.Nodes[^1].Values ?? z;
            a = [.. z.Select(Activation)];
            layers.Add((graph, [.. z.Select(Slope)]));
        }

        double[] gradients = new double[Depth];
        double[] arriving = LibraryPass.Widen(input.OutputGradient);
        for (int n = Depth - 1; n >= 0; n--)
        {
            (Graph? graph, double[] slopes) = layers[n];
            arriving = [.. arriving.Zip(slopes, (gradient, slope) => gradient * slope)];
            gradients[n] = arriving.Max(Math.Abs);
            _ = graph?.Differentiate(arriving);
            arriving = [.. (graph?.Nodes[0].Gradient ?? arriving).Select(gradient => weight * gradient)];
        }

        return gradients;
    }

    private static double[] LibraryGradients(ExplanationInput input, double weight, bool normalized)
    {
        var random = new RandomSource(0);
        var layers = new List<Layer>();
        for (int n = 0; n < Depth; n++)
        {
            var linear = new Linear(1, 1, random, bias: false);
            LibraryPass.SetParameter(linear, "weight", [weight]);
            layers.Add(linear);
            layers.Add(normalized ? new BatchNorm(1, new() { Epsilon = input.Epsilon }) : new Identity());
            layers.Add(new Sigmoid());
        }

        // What arrives behind each sigmoid's input is the gradient of z as it enters the activation.
        double[] gradients = new double[Depth];
        var network = new Sequential(layers);
        var observations = new List<IDisposable>();
        for (int n = 0; n < Depth; n++)
        {
            int layer = n;
            observations.Add(layers[3 * n + 2].Observe(backward: (_, _, inputGradient) =>
                gradients[layer] = inputGradient is null ? 0 : LibraryPass.Widen(inputGradient).Max(Math.Abs)));
        }

        int[] shape = [input.Values.Length, 1];
        _ = network.Forward(LibraryPass.TensorOf(input.Values, shape), Pass.Training);
        _ = network.Backward(LibraryPass.TensorOf(input.OutputGradient, shape));
        observations.ForEach(observation => observation.Dispose());
        return gradients;
    }

    private static (double[] Output, double[] Slope) Sigmoid(double[] z)
    {
        var layer = new Sigmoid();
        int[] shape = [z.Length, 1];
        double[] output = LibraryPass.Widen(layer.Forward(LibraryPass.TensorOf(LibraryPass.Narrow(z), shape), Pass.Training));
        return (output, LibraryPass.Widen(layer.Backward(LibraryPass.TensorOf([.. z.Select(_ => 1f)], shape))));
    }

    private static double Activation(double z) => 1 / (1 + Math.Exp(-z));

    // 1 − a is the activation of −z, which keeps its digits where a is near 1.
    private static double Slope(double z) => Activation(z) * Activation(-z);
}
