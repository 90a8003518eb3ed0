using System.Numerics.Tensors;
using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Methods;

/// <summary>Dropout: the mask, both conventions, backward, and the average over passes.</summary>
internal static class DropoutExplanation
{
    private const int Passes = 1000;

    /// <summary>Explains dropout with an input.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        var layout = ElementLayout.PerChannel(input.Shape);
        double kept = 1 - input.Probability;
        double[] x = LibraryPass.Widen(input.Values), dy = LibraryPass.Widen(input.OutputGradient);
        Dropout layer = Layer(DropoutKind.Classic);
        double[] mask = LibraryPass.Widen(layer.Forward(LibraryPass.TensorOf([.. x.Select(_ => 1f)], input.Shape), Pass.Training));
        double[] factor = [.. mask.Select(value => value / kept)];

        Quantity Element(Formula symbol, string meaning, double[] values, double[]? library = null) =>
            new(symbol, meaning, layout.Shape, layout.Axes, values) { Library = library };
        string[] Examples(double[] values, double[] results) =>
            [.. values.Select((value, e) => $"{Numbers.Short(value)} · {Numbers.Short(mask[e])} / {Numbers.Short(kept)} = "
                + $"{Numbers.Short(results[e])}")];
        double[] y = Times(x, factor), dx = Times(dy, factor);
        LibraryPass inverted = LibraryPass.Run(Layer(DropoutKind.Inverted), input), classic =
            LibraryPass.Run(Layer(DropoutKind.Classic), input);
        return new Explanation(
            "dropout",
            "Dropout",
            "In training each element is set to zero with probability p; the others are divided by 1 − p, so that the mean stays.",
            [
                new Section(
                    SectionKind.Computation,
                    "Forward",
                    Invariant($"p = {input.Probability}, seed {input.Seed}. The mask is drawn by position: the same on every machine."),
                    [
                        new Step("input", [], [Element("x", "input", x)]),
                        new Step("mask", [@"\mathrm{mask} \in \{0, 1\}"], [Element(@"\mathrm{mask}", "1 where an element is kept", mask)]),
                        new Step("output of training", [@"y = \frac{x \cdot \mathrm{mask}}{1 - p}"],
                            [Element("y", "output of training", y, inverted.Output)])
                        {
                            Examples = Examples(x, y),
                        },
                        new Step("output of inference", [@"y_{\mathrm{inference}} = x"],
                            [Element(@"y_{\mathrm{inference}}", "output of inference", x)]),
                    ]),
                new Section(
                    SectionKind.Computation,
                    "Backward",
                    "The mask and the factor are the same.",
                    [
                        new Step("gradient of the output", [], [Element("dy", "gradient of the output", dy)]),
                        new Step("gradient of the input", [@"dx = \frac{dy \cdot \mathrm{mask}}{1 - p}"],
                            [Element("dx", "gradient of the input", dx, inverted.InputGradient)])
                        {
                            Examples = Examples(dy, dx),
                        },
                    ]),
                new Section(
                    SectionKind.Computation,
                    "The classic convention",
                    "The paper does not divide in training, and multiplies by 1 − p in inference instead.",
                    [
                        new Step("output of training", [@"y = x \cdot \mathrm{mask}"],
                            [Element("y", "output of training", Times(x, mask), classic.Output)]),
                        new Step(
                            "output of inference",
                            [@"y_{\mathrm{inference}} = x \cdot (1 - p)"],
                            [Element(@"y_{\mathrm{inference}}", "output of inference", [.. x.Select(value => value * kept)])]),
                    ]),
                Average(input, layout, x, Layer(DropoutKind.Inverted)),
                Variance(input, x, kept),
            ])
        {
            Study = "regularization",
            Documentation = "docs/normalizers/dropout.md",
        };

        Dropout Layer(DropoutKind kind) => new(input.Probability, new RandomSource(input.Seed), kind);
    }

    private static Section Average(ExplanationInput input, ElementLayout layout, double[] x, Dropout layer)
    {
        double[] sums = new double[x.Length];
        Tensor<float> tensor = LibraryPass.TensorOf(input.Values, input.Shape);
        for (int pass = 0; pass < Passes; pass++)
        {
            double[] y = LibraryPass.Widen(layer.Forward(tensor, Pass.Training));
            for (int e = 0; e < sums.Length; e++)
            {
                sums[e] += y[e];
            }
        }

        return new Section(
            SectionKind.Comparison,
            "The average over many passes",
            Invariant($"Over {Passes} training passes, each with a mask of its own, the mean output comes near x. ")
            + "Inference gives x at once.",
            [
                new Step(
                    "mean output",
                    [@"\mathrm{mean}(y) \approx x"],
                    [new Quantity(@"\mathrm{mean}(y)", "mean over the passes", layout.Shape, layout.Axes,
                        [.. sums.Select(sum => sum / Passes)])]),
            ]);
    }

    private static Section Variance(ExplanationInput input, double[] x, double kept)
    {
        double mean = x.Average(), square = x.Average(value => value * value);
        double inference = x.Average(value => (value - mean) * (value - mean)), training = inference + square * (1 - kept) / kept;
        return new Section(
            SectionKind.Comparison,
            "Dropout before a normalization",
            "Dropout keeps the mean and raises the variance. A batch normalization behind it learns the running variance of training and "
            + "then meets "
            + Invariant(
                $"the smaller one of inference; where the mean is 0, their ratio is 1 − p = {Numbers.Short(1 - input.Probability)}."),
            [
                new Step(
                    "variance in training",
                    [@"\frac{\mathrm{mean}(x^2)}{1 - p} - \mathrm{mean}(x)^2"],
                    [Quantity.Scalar(@"\sigma^2_{\mathrm{training}}", "expected over masks", training)]),
                new Step(
                    "variance in inference",
                    [@"\mathrm{mean}(x^2) - \mathrm{mean}(x)^2"],
                    [Quantity.Scalar(@"\sigma^2_{\mathrm{inference}}", "of x itself", inference)]),
                .. training == 0 ? [] : new[] { Ratio() },
            ]);

        Step Ratio() => new(
            "ratio",
            [],
            [Quantity.Scalar(@"\frac{\sigma^2_{\mathrm{inference}}}{\sigma^2_{\mathrm{training}}}", "ratio", inference / training)]);
    }

    private static double[] Times(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];
}
