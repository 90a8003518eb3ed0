using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Explanations.Methods;

/// <summary>Cross-Iteration batch normalization: statistics of past iterations, corrected to the current weights.</summary>
internal static class CrossIterationExplanation
{
    private const string CorrectedSquareFormula = @"\nu_{\mathrm{past}} = "
        + @"\max(\nu + \langle \frac{\partial \nu}{\partial \theta}, \Delta\theta \rangle, \mu_{\mathrm{past}}^2)";

    private const int Past = 2;

    /// <summary>Explains Cross-Iteration batch normalization with an input.</summary>
    /// <remarks>
    /// The input is p of the current iteration; those of the two iterations before are the same numbers, moved along by three and six
    /// places, and their weights differ from the current ones by 0.1 and 0.2.
    /// </remarks>
    public static Explanation Of(ExplanationInput input)
    {
        var layout = ElementLayout.PerChannel(input.Shape);
        int channels = input.Shape[1];
        (double[] weight, double[] bias) = input.Affine(layout);
        double[] theta = PointwiseProduct.Weights(channels);
        Iteration[] past = [
            .. Enumerable.Range(1, Past).Select(age => Iteration.Of(layout, Moved(input.Values, 3 * age),
                PointwiseProduct.Weights(channels, 0.1 * age), theta))];
        double[] p = LibraryPass.Widen(input.Values);
        double[] x = PointwiseProduct.Apply(input.Shape, theta, null, p);

        Graph Build(double[] values, double[] gamma, double[] beta) => NormalizationGraph.CrossIteration(
            layout, values, gamma, beta, input.Epsilon, [.. past.Select(one => one.CorrectedMean)],
                [.. past.Select(one => one.CorrectedSquare)]);
        GraphSections sections = new GraphSections(Build(x, weight, bias), input).WithLibrary(Library(input, past, theta, weight, bias));
        var moments = new Moments[channels];
        ChannelMoments.Compute<float>(LibraryPass.Narrow(x), layout.View, moments);
        _ = sections.WithLibrary(@"\mu", [.. moments.Select(set => set.Mean)]);
        Section forward = sections.Forward("Past iterations are constants: only this batch's μ and ν take a gradient, each with a factor "
            + "1/k.");
        Section backward = sections.Backward();
        return new Explanation(
            "cross-iteration",
            "Cross-Iteration batch normalization",
            "The statistics of the last k batches normalize; those of past ones are first corrected to the current weights of the "
            + "layer before.",
            [
                Preceding(input, sections, p, theta, x),
                .. past.Select((one, i) => one.Section(input, i + 1)),
                sections.Input(),
                forward,
                backward,
                sections.Check(
                    @"dx = \gamma \cdot \mathrm{invStd} \cdot (dy - \frac{\sum dy + \hat{x} \cdot \sum dy \cdot \hat{x}}{k \cdot m})",
                    sections.ClosedForm(@"\hat{x}", sections.PerSet * (Past + 1)),
                    Build),
            ])
        {
            Sets = SetPictures.For(input, "batch"),
            Graph = sections.Picture(),
            ParameterOf = sections.ParameterOf,
            Study = "cbn-window",
            Documentation = "docs/normalizers/cross-iteration-batch-norm.md",
        };
    }

    private static float[] Moved(float[] values, int places) => [.. values.Select((_, i) => values[(i + places) % values.Length])];

    private static Section Preceding(ExplanationInput input, GraphSections sections, double[] p, double[] theta, double[] x) => new(
        SectionKind.Computation,
        "The layer before",
        "The input of the normalization is x = θ·p, "
        + (input.Shape.Length == 2 ? "a dense layer" : "a convolution with a kernel of one pixel")
        + ". Its weights θ move from step to step, and with them what past batches would have given.",
        [
            new Step("input of the layer", [], [sections.Quantity("p", "input of the layer before", Axis.Element, p)]),
            new Step("weights", [], [Weights(input, @"\theta", "current weights", theta)]),
            new Step("output of the layer", [@"x = \theta \cdot p"],
                [sections.Quantity("x", "output of the layer before", Axis.Element, x)]),
        ]);

    private static Quantity Weights(ExplanationInput input, Formula symbol, string meaning, double[] values) =>
        new(symbol, meaning, [input.Shape[1], input.Shape[1]], ["C", "C"], values);

    private static LibraryPass Library(ExplanationInput input, Iteration[] past, double[] theta, double[] weight, double[] bias)
    {
        Layer layer = PointwiseProduct.Layer(input.Shape, theta);
        var normalization = new CrossIterationBatchNorm(
            (IChannelwiseLinear)layer, new() { Window = Past + 1, BatchNorm = new() { Epsilon = input.Epsilon } });
        LibraryPass.SetParameter(normalization, "weight", weight);
        LibraryPass.SetParameter(normalization, "bias", bias);
        foreach (Iteration one in past.Reverse())
        {
            LibraryPass.SetParameter(layer, "weight", one.Theta);
            _ = normalization.Forward(layer.Forward(LibraryPass.TensorOf(one.Inputs, input.Shape), Pass.Training), Pass.Training);
        }

        LibraryPass.SetParameter(layer, "weight", theta);
        double[] y = LibraryPass.Widen(
            normalization.Forward(layer.Forward(LibraryPass.TensorOf(input.Values, input.Shape), Pass.Training), Pass.Training));
        double[] dx = LibraryPass.Widen(normalization.Backward(LibraryPass.TensorOf(input.OutputGradient, input.Shape)));
        return new LibraryPass(
            y, dx, LibraryPass.Widen(normalization.Weight!.Gradient), LibraryPass.Widen(normalization.Bias!.Gradient));
    }

    /// <summary>A past iteration: its statistics, their derivatives by θ, and the statistics corrected to the current θ.</summary>
    private sealed record Iteration(
        float[] Inputs, double[] Theta, double[] Change, double[] Mean, double[] Square, double[] MeanInput, double[] SquareSlope,
        double[] CorrectedMean, double[] CorrectedSquare)
    {
        public static Iteration Of(ElementLayout layout, float[] inputs, double[] theta, double[] current)
        {
            int channels = layout.Shape[1], inner = ElementLayout.Product(layout.Shape.AsSpan(2));
            double[] p = LibraryPass.Widen(inputs);
            double[] x = PointwiseProduct.Apply(layout.Shape, theta, null, p);
            double[] mean = PerChannel(x), square = PerChannel([.. x.Select(value => value * value)]), meanInput = PerChannel(p);
            double[] slope = new double[channels * channels];
            for (int j = 0; j < channels; j++)
            {
                for (int i = 0; i < channels; i++)
                {
                    slope[j * channels + i] = 2 * Enumerable.Range(0, p.Length).Where(e => layout.SetOf[e] == i)
                        .Sum(e => p[e] * x[e + (j - i) * inner]) / layout.PerSet;
                }
            }

            double[] change = [.. current.Zip(theta, (now, past) => now - past)];
            double[] correctedMean =
                [.. mean.Select((value, j) => value + Enumerable.Range(0, channels).Sum(i => meanInput[i] * change[j * channels + i]))];
            double[] correctedSquare =
            [
                .. square.Select((value, j) => Math.Max(
                    value + Enumerable.Range(0, channels).Sum(i => slope[j * channels + i] * change[j * channels + i]),
                    correctedMean[j] * correctedMean[j])),
            ];
            return new Iteration(inputs, theta, change, mean, square, meanInput, slope, correctedMean, correctedSquare);

            double[] PerChannel(double[] values) => [.. Enumerable.Range(0, channels).Select(
                c => values.Where((_, e) => layout.SetOf[e] == c).Sum() / layout.PerSet)];
        }

        public Section Section(ExplanationInput input, int age)
        {
            int channels = input.Shape[1];
            Quantity Vector(Formula symbol, string meaning, double[] values) => new(symbol, meaning, [channels], ["C"], values);
            return new Section(
                SectionKind.Computation,
                age == 1 ? "One iteration ago" : Invariant($"{age} iterations ago"),
                "Its statistics belong to past weights; a first-order Taylor step corrects them to the current ones.",
                [
                    new Step(
                        "past inputs",
                        [],
                        [new Quantity("p", "past inputs", input.Shape, ElementLayout.PerChannel(input.Shape).Axes,
                            LibraryPass.Widen(Inputs))]),
                    new Step("past weights", [], [Weights(input, @"\theta_{\mathrm{past}}", "past weights", Theta)]),
                    new Step("past mean", [@"\mu = \mathrm{mean}(\theta_{\mathrm{past}} \cdot p)"],
                        [Vector(@"\mu", "past mean", Mean)]),
                    new Step(
                        "past mean square",
                        [@"\nu = \mathrm{mean}((\theta_{\mathrm{past}} \cdot p)^2)"],
                        [Vector(@"\nu", "past mean square", Square)]),
                    new Step(
                        "derivative of the mean",
                        [@"\frac{\partial \mu_j}{\partial \theta_j} = \mathrm{mean}(p)"],
                        [Vector(@"\frac{\partial \mu}{\partial \theta}", "the same for every channel j", MeanInput)]),
                    new Step(
                        "derivative of the mean square",
                        [@"\frac{\partial \nu_j}{\partial \theta_j} = 2 \cdot \mathrm{mean}(x_j \cdot p)"],
                        [Weights(input, @"\frac{\partial \nu}{\partial \theta}", "a row per channel j", SquareSlope)]),
                    new Step("change of the weights", [@"\Delta\theta = \theta - \theta_{\mathrm{past}}"],
                        [Weights(input, @"\Delta\theta", "since then", Change)]),
                    new Step(
                        "mean, corrected to the current weights",
                        [@"\mu_{\mathrm{past}} = \mu + \langle \frac{\partial \mu}{\partial \theta}, \Delta\theta \rangle"],
                        [Vector(@"\mu_{\mathrm{past}}", "corrected to the current weights", CorrectedMean)]),
                    new Step(
                        "mean square, corrected to the current weights",
                        [CorrectedSquareFormula],
                        [Vector(@"\nu_{\mathrm{past}}", "corrected to the current weights", CorrectedSquare)]),
                ]);
        }
    }
}
