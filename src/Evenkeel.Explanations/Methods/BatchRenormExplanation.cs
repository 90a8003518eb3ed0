using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Explanations.Methods;

/// <summary>Batch Renormalization: the batch's result, corrected towards that of the running statistics.</summary>
internal static class BatchRenormExplanation
{
    private const string Closed =
        @"dx = \frac{\gamma \cdot r \cdot \mathrm{invStd}}{m} \cdot (m \cdot dy - \sum dy - \tilde{x} \cdot \sum dy \cdot \tilde{x})";

    private const double MaxScale = 1.5;
    private const double MaxShift = 0.5;

    /// <summary>Explains Batch Renormalization with an input.</summary>
    /// <remarks>
    /// The running mean is a quarter of a standard deviation below that of the batch in even channels, and two above it in odd ones; the
    /// running standard deviation is 1.25 times that of the batch, and half of it. So r and d are within their limits in even channels, and
    /// clipped in odd ones.
    /// </remarks>
    public static Explanation Of(ExplanationInput input)
    {
        int channels = input.Shape[1];
        var layout = ElementLayout.PerChannel(input.Shape);
        (double[] weight, double[] bias) = input.Affine(layout);
        var moments = new Moments[channels];
        ChannelMoments.Compute<float>(input.Values, layout.View, moments);
        double[] deviation = [.. moments.Select(set => Math.Sqrt(set.PopulationVariance + input.Epsilon))];
        double[] runningMean = [.. moments.Select((set, c) => set.Mean + deviation[c] * (c % 2 == 0 ? -0.25 : 2))];
        double[] runningDeviation = [.. deviation.Select((value, c) => value * (c % 2 == 0 ? 1.25 : 0.5))];
        double[] r = [.. deviation.Select((value, c) => Math.Clamp(value / runningDeviation[c], 1 / MaxScale, MaxScale))];
        double[] d = [.. moments.Select((set, c) => Math.Clamp((set.Mean - runningMean[c]) / runningDeviation[c], -MaxShift, MaxShift))];

        BatchRenorm Layer(bool affine)
        {
            var layer = new BatchRenorm(
                channels, new() { Epsilon = input.Epsilon, Affine = affine, Schedule = RenormSchedule.Constant(MaxScale, MaxShift) });
            runningMean.CopyTo(layer.RunningStatistics.Mean.Elements());
            runningDeviation.CopyTo(layer.RunningStatistics.Deviation.Elements());
            return layer;
        }

        Graph Build(double[] x, double[] gamma, double[] beta) =>
            NormalizationGraph.Renormalize(layout, x, gamma, beta, input.Epsilon, r, d);
        BatchRenorm trained = Layer(affine: true);
        GraphSections sections = new GraphSections(Build(LibraryPass.Widen(input.Values), weight, bias), input)
            .WithLibrary(LibraryPass.Run(trained, input, weight, bias))
            .WithLibrary(@"\hat{x}", LibraryPass.Run(Layer(affine: false), input).Output)
            .WithLibraryMoments(@"\mu", @"\sigma^2");
        Section forward = sections.Forward("r and d are constants: no gradient flows through them.");
        Section backward = sections.Backward();
        return new Explanation(
            "batch-renorm",
            "Batch Renormalization",
            "The batch normalizes, and its result is corrected by r and d to what the running statistics would give, as far as limits "
            + "allow.",
            [
                sections.Input(),
                Correction(sections, runningMean, runningDeviation, r, d),
                forward,
                Update(sections, trained, runningMean, runningDeviation, deviation),
                Inference(input, sections, Layer(affine: true), weight, bias, runningMean, runningDeviation),
                backward,
                // With x̂ = r·x̃ + d, the gradient of x̃ is r·dx̂.
                sections.Check(Closed, sections.ClosedForm(@"\tilde{x}", sections.PerSet), Build),
            ])
        {
            Sets = SetPictures.For(input, "batch"),
            Graph = sections.Picture(),
            ParameterOf = sections.ParameterOf,
            Study = "non-iid",
            Documentation = "docs/normalizers/batch-renorm.md",
        };
    }

    private static Section Correction(GraphSections sections, double[] mean, double[] deviation, double[] r, double[] d) => new(
        SectionKind.Computation,
        "The correction",
        Invariant($"The limits are r_max = {MaxScale} and d_max = {MaxShift}. ")
        + "The running statistics are those from before this step. Without limits, the output would be exactly that of inference.",
        [
            new Step("running mean", [], [sections.Quantity(@"\mu_{\mathrm{running}}", "running mean", Axis.Set, mean)]),
            new Step("running standard deviation", [], [
                sections.Quantity(@"\sigma_{\mathrm{running}}", "contains ε", Axis.Set, deviation)]),
            new Step(
                "correction of the scale",
                [@"r = \mathrm{clip}(\frac{s}{\sigma_{\mathrm{running}}}, \frac{1}{r_{\max}}, r_{\max})"],
                [sections.Quantity("r", "correction of the scale", Axis.Set, r)]),
            new Step(
                "correction of the mean",
                [@"d = \mathrm{clip}(\frac{\mu - \mu_{\mathrm{running}}}{\sigma_{\mathrm{running}}}, -d_{\max}, d_{\max})"],
                [sections.Quantity("d", "correction of the mean", Axis.Set, d)]),
        ]);

    private static Section Update(GraphSections sections, BatchRenorm layer, double[] mean, double[] deviation, double[] batch)
    {
        double alpha = new BatchRenormOptions().RunningAverage.NewWeight!.Value;
        double[] means = sections.Node(@"\mu").Values;
        return new Section(
            SectionKind.Computation,
            "Running statistics",
            Invariant($"After the step they move towards the batch with weight α = {alpha}. A standard deviation is kept, not a variance."),
            [
                new Step(
                    "running mean",
                    [@"\mu_{\mathrm{running}} \gets \mu_{\mathrm{running}} + \alpha \cdot (\mu - \mu_{\mathrm{running}})"],
                    [
                        sections.Quantity(
                            @"\mu_{\mathrm{running}}", "after the step", Axis.Set,
                                [.. mean.Select((value, c) => value + alpha * (means[c] - value))]) with
                        {
                            Library = [.. layer.RunningStatistics.Mean.Elements()],
                        },
                    ]),
                new Step(
                    "running standard deviation",
                    [@"\sigma_{\mathrm{running}} \gets \sigma_{\mathrm{running}} + \alpha \cdot (s - \sigma_{\mathrm{running}})"],
                    [
                        sections.Quantity(
                            @"\sigma_{\mathrm{running}}", "after the step", Axis.Set,
                                [.. deviation.Select((value, c) => value + alpha * (batch[c] - value))]) with
                        {
                            Library = [.. layer.RunningStatistics.Deviation.Elements()],
                        },
                    ]),
            ]);
    }

    private static Section Inference(
        ExplanationInput input, GraphSections sections, BatchRenorm layer, double[] weight, double[] bias, double[] mean,
            double[] deviation)
    {
        LibraryPass.SetParameter(layer, "weight", weight);
        LibraryPass.SetParameter(layer, "bias", bias);
        double[] means = sections.PerElement(mean), deviations = sections.PerElement(deviation);
        double[] weights = sections.PerElement(weight), biases = sections.PerElement(bias);
        double[] y = [.. input.Values.Select((value, e) => weights[e] * (value - means[e]) / deviations[e] + biases[e])];
        return new Section(
            SectionKind.Computation,
            "Inference",
            "With the running statistics from before the step: in a channel that no limit clipped, this is the output of training.",
            [
                new Step(
                    "output",
                    [@"y_{\mathrm{inference}} = \gamma \cdot \frac{x - \mu_{\mathrm{running}}}{\sigma_{\mathrm{running}}} + \beta"],
                    [
                        sections.Quantity(@"y_{\mathrm{inference}}", "output of inference", Axis.Element, y) with
                        {
                            Library = LibraryPass.Widen(layer.Forward(LibraryPass.TensorOf(input.Values, input.Shape), Pass.Inference)),
                        },
                    ])
                {
                    Examples = [.. y.Select((value, e) => $"{Numbers.Short(weights[e])} · ({Numbers.Short(input.Values[e])} − "
                        + $"{Numbers.Operand(means[e])}) / "
                        + $"{Numbers.Short(deviations[e])} + {Numbers.Operand(biases[e])} = {Numbers.Short(value)}")],
                },
            ]);
    }
}
