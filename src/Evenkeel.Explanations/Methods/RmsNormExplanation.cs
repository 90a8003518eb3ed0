using Evenkeel.Explanations.Graphs;
using Evenkeel.Normalization;

namespace Evenkeel.Explanations.Methods;

/// <summary>Root mean square normalization: nothing is subtracted.</summary>
internal static class RmsNormExplanation
{
    /// <summary>Explains RMS normalization with an input.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        var layout = ElementLayout.PerSample(input.Shape);
        (double[] weight, _) = input.Affine(layout);
        Graph Build(double[] x, double[] gamma, double[] beta) => NormalizationGraph.RootMeanSquare(layout, x, gamma, input.Epsilon);
        GraphSections sections = new GraphSections(Build(LibraryPass.Widen(input.Values), weight, []), input)
            .WithLibrary(LibraryPass.Run(new RmsNorm(input.Shape.AsSpan(1), new() { Epsilon = input.Epsilon }), input, weight))
            .WithLibrary(
                @"\hat{x}", LibraryPass.Run(new RmsNorm(input.Shape.AsSpan(1), new() { Epsilon = input.Epsilon, Weight = false }),
                    input).Output);
        Section backward = sections.Backward();
        double[] normalized = sections.Node(@"\hat{x}").Values, gradient = sections.Node(@"\hat{x}").Gradient;
        double[] dx = sections.Node("x").Gradient;
        double[] inverse = sections.PerElement(sections.Node(@"\mathrm{invRms}").Values);
        double[] products = sections.PerElement(sections.SumPerSet(GraphSections.Product(gradient, normalized)));
        double[] closedForm = [.. gradient.Select((value, e) => inverse[e] * (value - normalized[e] * products[e] / layout.PerSet))];
        return new Explanation(
            "rms-norm",
            "RMS normalization",
            "Each sample is divided by its root mean square, then scaled by γ; no mean is subtracted, and there is no β.",
            [
                sections.Input(),
                sections.Forward("Six operations instead of the nine of layer normalization: the mean stays where it is."),
                backward,
                sections.Check(
                    @"dx = \mathrm{invRms} \cdot (d\hat{x} - \frac{1}{m} \cdot \hat{x} \cdot \sum d\hat{x} \cdot \hat{x})", closedForm,
                        Build),
                sections.Sums(
                    "Which sum vanishes",
                    "Multiplying a whole sample by a factor changes y only through ε, so that Σdx·x̂ is nearly 0. Adding a number does "
                    + "change y: Σdx is not 0.",
                    (@"\sum dx \cdot \hat{x}", "sum of dx·x̂ over each set", GraphSections.Product(dx, normalized)),
                    (@"\sum dx", "sum of dx over each set", dx)),
            ])
        {
            Sets = SetPictures.For(input, "layer"),
            Graph = sections.Picture(),
            ParameterOf = sections.ParameterOf,
            Documentation = "docs/normalizers/rms-norm.md",
        };
    }
}
