using System.Numerics.Tensors;
using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Methods;

/// <summary>Batch normalization: forward, running statistics, inference, backward.</summary>
internal static class BatchNormExplanation
{
    private const string Closed =
        @"dx = \frac{\gamma \cdot \mathrm{invStd}}{m} \cdot (m \cdot dy - \sum dy - \hat{x} \cdot \sum dy \cdot \hat{x})";

    /// <summary>Explains batch normalization with an input.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        StandardizedExplanation standardized = Standardize(input);
        List<Section> sections =
        [
            standardized.Sections.Input(),
            standardized.Sections.Forward("The mean and the variance of a channel are those of all its elements in the batch."),
            Running(input, standardized.Sections),
            Inference(input, standardized),
            standardized.Sections.Backward(),
            standardized.Check(Closed),
            standardized.Sums(),
        ];
        if (input.Shape.Length > 2)
        {
            sections.Add(Dense());
        }

        return new Explanation(
            "batch-norm",
            "Batch normalization",
            "Each channel is brought to mean 0 and variance 1 over the batch, then scaled by γ and shifted by β.",
            sections)
        {
            Sets = SetPictures.For(input, "batch"),
            Graph = standardized.Sections.Picture(),
            ParameterOf = standardized.Sections.ParameterOf,
            Study = "init-scale",
            Documentation = "docs/normalizers/batch-norm.md",
        };
    }

    private static StandardizedExplanation Standardize(ExplanationInput input) => StandardizedExplanation.Create(
        input,
        ElementLayout.PerChannel(input.Shape),
        affine => new BatchNorm(input.Shape[1], new() { Epsilon = input.Epsilon, Affine = affine }));

    private static Section Running(ExplanationInput input, GraphSections sections)
    {
        Node mean = sections.Node(@"\mu"), variance = sections.Node(@"\sigma^2");
        int count = sections.PerSet;
        return new Section(
            SectionKind.Computation,
            "Running statistics",
            "A training step moves the running statistics towards those of the batch. They start at mean 0 and variance 1. Frameworks "
            + "use the word momentum for opposite weights, and keep different variances.",
            [
                Step("PyTorch", "momentum 0.1 is the weight of the new batch; the variance kept is the sample's, Σ(x − μ)²/(m − 1)",
                    BatchNormOptions.FromPyTorch(epsilon: input.Epsilon), 0.1, count / (count - 1.0)),
                Step("Keras", "momentum 0.99 is the weight of the old average; the variance kept is the population's, Σ(x − μ)²/m",
                    BatchNormOptions.FromKeras(epsilon: input.Epsilon) with { ChannelAxis = 1 }, 0.01, 1),
                Step("ONNX", "momentum 0.9 is the weight of the old average; the variance kept is the population's",
                    BatchNormOptions.FromOnnx(epsilon: input.Epsilon), 0.1, 1),
            ]);

        Step Step(string framework, string convention, BatchNormOptions options, double weight, double bessel)
        {
            var layer = new BatchNorm(input.Shape[1], options);
            _ = layer.Forward(LibraryPass.TensorOf(input.Values, input.Shape), Pass.Training);
            string variances = bessel == 1 ? @"\sigma^2" : @"\frac{m}{m - 1} \cdot \sigma^2";
            double[] means = [.. mean.Values.Select(value => weight * value)];
            return new Step(
                framework,
                [
                    Invariant($@"\mathrm{{running\_mean}} = {1 - weight:0.##} \cdot 0 + {weight} \cdot \mu"),
                    Invariant($@"\mathrm{{running\_var}} = {1 - weight:0.##} \cdot 1 + {weight} \cdot {variances}"),
                ],
                [
                    sections.Quantity(@"\mathrm{running\_mean}", "running mean", Axis.Set, means) with
                    {
                        Library = [.. layer.RunningStatistics!.Mean.Elements()],
                    },
                    sections.Quantity(
                        @"\mathrm{running\_var}", "running variance", Axis.Set,
                            [.. variance.Values.Select(value => 1 - weight + weight * bessel * value)]) with
                    {
                        Library = [.. layer.RunningStatistics!.Variance.Elements()],
                    },
                ])
            {
                Text = $"In {framework}, {convention}.",
                Examples =
                [
                    .. mean.Values.Select((value, c) =>
                        Invariant($"{1 - weight:0.##} · 0 + {weight} · {Numbers.Operand(value)} = {Numbers.Short(means[c])}")),
                ],
            };
        }
    }

    private static Section Inference(ExplanationInput input, StandardizedExplanation standardized)
    {
        GraphSections sections = standardized.Sections;
        (double[] weight, double[] bias) = input.Affine(ElementLayout.PerChannel(input.Shape));
        var layer = new BatchNorm(input.Shape[1], BatchNormOptions.FromPyTorch(epsilon: input.Epsilon));
        LibraryPass.SetParameter(layer, "weight", weight);
        LibraryPass.SetParameter(layer, "bias", bias);
        Tensor<float> x = LibraryPass.TensorOf(input.Values, input.Shape);
        _ = layer.Forward(x, Pass.Training);
        double[] mean = [.. layer.RunningStatistics!.Mean.Elements()], variance = [.. layer.RunningStatistics.Variance.Elements()];
        double[] scale = [.. weight.Select((gamma, c) => gamma / Math.Sqrt(variance[c] + input.Epsilon))];
        double[] shift = [.. bias.Select((beta, c) => beta - mean[c] * scale[c])];
        double[] scales = sections.PerElement(scale), shifts = sections.PerElement(shift);
        double[] y = [.. input.Values.Select((value, e) => scales[e] * value + shifts[e])];
        return new Section(
            SectionKind.Computation,
            "Inference",
            "Inference normalizes with the running statistics, here those of PyTorch's convention after this one step: one affine map "
            + "per channel, the same for every sample. After one step the running statistics are still dominated by their initial "
            + "values, and the output differs much from that of training; it agrees once they have settled.",
            [
                new Step("scale", [@"a = \frac{\gamma}{\sqrt{\mathrm{running\_var} + \varepsilon}}"],
                    [sections.Quantity("a", "scale", Axis.Set, scale)]),
                new Step("shift", [@"b = \beta - \mathrm{running\_mean} \cdot a"], [sections.Quantity("b", "shift", Axis.Set, shift)]),
                new Step(
                    "output",
                    [@"y_{\mathrm{inference}} = a \cdot x + b"],
                    [
                        sections.Quantity(@"y_{\mathrm{inference}}", "output of inference", Axis.Element, y) with
                        {
                            Library = LibraryPass.Widen(layer.Forward(x, Pass.Inference)),
                        },
                    ]),
            ]);
    }

    /// <summary>A table [N, D] through the same graph: every vector with its shape.</summary>
    private static Section Dense()
    {
        StandardizedExplanation dense = Standardize(ExplanationInput.Dense);
        Section forward = dense.Sections.Forward(""), backward = dense.Sections.Backward();
        string[] gradients = ["dx", @"d\gamma", @"d\beta"];
        return new Section(
            SectionKind.Computation,
            "The same behind a dense layer",
            "The input is a table [N, D]: a feature is a channel, and its set is a column. Statistics, γ, β and their gradients have one "
            + "number per column.",
            [
                .. dense.Sections.Input().Steps,
                .. forward.Steps.Select(step => step with { Node = null }),
                .. backward.Steps.SelectMany(step => step.Quantities).Where(quantity => gradients.Contains(quantity.Symbol.Tex))
                    .Select(quantity => new Step(quantity.Meaning, [], [quantity])),
            ]);
    }
}
