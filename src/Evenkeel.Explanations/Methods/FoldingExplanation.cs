using System.Numerics.Tensors;
using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Explanations.Methods;

/// <summary>Folding: a normalization by running statistics becomes part of the weights of the layer before it.</summary>
internal static class FoldingExplanation
{
    /// <summary>Explains folding with an input of the layer before the normalization.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        var layout = ElementLayout.PerChannel(input.Shape);
        int channels = input.Shape[1];
        (double[] weight, double[] bias) = input.Affine(layout);
        double[] theta = PointwiseProduct.Weights(channels), offset =
            [.. Enumerable.Range(0, channels).Select(c => c % 2 == 0 ? 1.0 : -1.0)];
        double[] p = LibraryPass.Widen(input.Values);
        double[] x = PointwiseProduct.Apply(input.Shape, theta, offset, p);

        // The running statistics are those of x, as a long training on it would leave them.
        var moments = new Moments[channels];
        ChannelMoments.Compute<double>(x, layout.View, moments);
        double[] mean = [.. moments.Select(set => set.Mean)], variance = [.. moments.Select(set => set.PopulationVariance)];
        Layer layer = PointwiseProduct.Layer(input.Shape, theta, offset);
        var normalization = new BatchNorm(channels, new() { Epsilon = input.Epsilon });
        LibraryPass.SetParameter(normalization, "weight", weight);
        LibraryPass.SetParameter(normalization, "bias", bias);
        Tensor<float> tensor = LibraryPass.TensorOf(input.Values, input.Shape);
        mean.CopyTo(normalization.RunningStatistics!.Mean.Elements());
        variance.CopyTo(normalization.RunningStatistics.Variance.Elements());
        double[] y = LibraryPass.Widen(normalization.Forward(layer.Forward(tensor, Pass.Inference), Pass.Inference));
        Layer folded = Fold(layer, normalization);

        double[] scale = [.. weight.Select((gamma, c) => gamma / Math.Sqrt(variance[c] + input.Epsilon))];
        double[] foldedWeights = [.. theta.Select((value, i) => value * scale[i / channels])];
        double[] foldedBias = [.. bias.Select((beta, c) => (offset[c] - mean[c]) * scale[c] + beta)];
        double[] normalized = [.. x.Select((value, e) => (value - mean[layout.SetOf[e]]) * scale[layout.SetOf[e]] + bias[layout.SetOf[e]])];

        Quantity Element(Formula symbol, string meaning, double[] values) => new(symbol, meaning, layout.Shape, layout.Axes, values);
        Quantity Vector(Formula symbol, string meaning, double[] values) => new(symbol, meaning, [channels], [layout.Axes[1]], values);
        Quantity Matrix(Formula symbol, string meaning, double[] values) => new(symbol, meaning, [channels, channels], ["C", "C"], values);
        string kind = input.Shape.Length == 2 ? "a dense layer" : "a convolution with a kernel of one pixel";
        return new Explanation(
            "folding",
            "Folding",
            "In inference a batch normalization is one affine map per channel, which the layer before it can take into its weights.",
            [
                new Section(
                    SectionKind.Computation,
                    "Two layers",
                    $"The layer before the normalization is {kind}.",
                    [
                        new Step("input", [], [Element("p", "input", p)]),
                        new Step("weights", [], [Matrix("W", "weights, a row per output channel", theta), Vector("b", "bias", offset)]),
                        new Step("output of the layer", [@"x = W \cdot p + b"], [Element("x", "output of the layer", x)]),
                        new Step(
                            "running statistics",
                            [],
                            [
                                Vector(@"\mathrm{running\_mean}", "running mean", mean),
                                Vector(@"\mathrm{running\_var}", "running variance", variance),
                                Vector(@"\gamma", "weight", weight),
                                Vector(@"\beta", "bias", bias),
                            ]),
                        new Step(
                            "output of the normalization",
                            [@"y = \gamma \cdot \frac{x - \mathrm{running\_mean}}{\sqrt{\mathrm{running\_var} + \varepsilon}} + \beta"],
                            [Element("y", "output", normalized) with { Library = y }]),
                    ]),
                new Section(
                    SectionKind.Computation,
                    "One layer",
                    "The map a·x + c of each channel goes into the row of its weights.",
                    [
                        new Step("scale", [@"a = \frac{\gamma}{\sqrt{\mathrm{running\_var} + \varepsilon}}"], [Vector("a", "scale", scale)])
                        {
                            Examples =
                            [
                                .. scale.Select((value, c) => $"{Numbers.Short(weight[c])} / √({Numbers.Short(variance[c])} + "
                                    + $"{Numbers.Short(input.Epsilon)}) = {Numbers.Short(value)}"),
                            ],
                        },
                        new Step(
                            "folded weights",
                            [@"W^\prime = a \cdot W"],
                            [Matrix(@"W^\prime", "folded weights", foldedWeights) with { Library =
                                LibraryPass.Widen(Parameter(folded, "weight")) }])
                        {
                            Examples = [.. foldedWeights.Select((value, i) => $"{Numbers.Short(scale[i / channels])} · "
                                + $"{Numbers.Operand(theta[i])} = {Numbers.Short(value)}")],
                        },
                        new Step(
                            "folded bias",
                            [@"b^\prime = (b - \mathrm{running\_mean}) \cdot a + \beta"],
                            [Vector(@"b^\prime", "folded bias", foldedBias) with { Library =
                                LibraryPass.Widen(Parameter(folded, "bias")) }])
                        {
                            Examples =
                            [
                                .. foldedBias.Select((value, c) => $"({Numbers.Short(offset[c])} − {Numbers.Operand(mean[c])}) · "
                                    + $"{Numbers.Short(scale[c])} + {Numbers.Operand(bias[c])} = {Numbers.Short(value)}"),
                            ],
                        },
                    ]),
                new Section(
                    SectionKind.Comparison,
                    "The same output",
                    "Both give the same numbers but for rounding. In training they would not: the statistics would be those of the batch.",
                    [
                        new Step(
                            "output of the folded layer",
                            [@"y = W^\prime \cdot p + b^\prime"],
                            [
                                Element("y", "output of one layer", PointwiseProduct.Apply(input.Shape, foldedWeights, foldedBias, p)) with
                                {
                                    Library = LibraryPass.Widen(folded.Forward(tensor, Pass.Inference)),
                                },
                            ]),
                    ]),
            ])
        {
            Study = "inference",
            Documentation = "docs/normalizers/folding.md",
        };
    }

    private static Layer Fold(Layer layer, BatchNorm normalization) => layer switch
    {
        Linear linear => Folding.Fold(linear, normalization),
        Conv1d convolution => Folding.Fold(convolution, normalization),
        _ => Folding.Fold((Conv2d)layer, normalization),
    };

    private static Tensor<float> Parameter(Layer layer, string name) =>
        layer.Parameters.Single(parameter => parameter.Name == name).Value;
}
