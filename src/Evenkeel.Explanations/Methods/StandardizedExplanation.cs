using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;

namespace Evenkeel.Explanations.Methods;

/// <summary>What the explanations of batch, layer, instance and group normalization share: only their sets differ.</summary>
internal sealed class StandardizedExplanation
{
    private readonly Func<double[], double[], double[], Graph> _build;

    private StandardizedExplanation(GraphSections sections, Func<double[], double[], double[], Graph> build)
    {
        Sections = sections;
        _build = build;
    }

    /// <summary>The parts of the explanation.</summary>
    public GraphSections Sections { get; }

    /// <summary>Computes the graph, and the same numbers by the library.</summary>
    /// <param name="input">The input.</param>
    /// <param name="layout">The sets.</param>
    /// <param name="layer">Creates the library's layer, with γ and β or without them.</param>
    public static StandardizedExplanation Create(ExplanationInput input, ElementLayout layout, Func<bool, Layer> layer)
    {
        (double[] weight, double[] bias) = input.Affine(layout);
        Graph Build(double[] x, double[] gamma, double[] beta) => NormalizationGraph.Standardize(layout, x, gamma, beta, input.Epsilon);
        GraphSections sections = new GraphSections(Build(LibraryPass.Widen(input.Values), weight, bias), input)
            .WithLibrary(LibraryPass.Run(layer(true), input, weight, bias))
            .WithLibrary(@"\hat{x}", LibraryPass.Run(layer(false), input).Output)
            .WithLibraryMoments(@"\mu", @"\sigma^2");
        return new StandardizedExplanation(sections, Build);
    }

    /// <summary>The gradients in closed form and by finite differences.</summary>
    /// <param name="formula">The closed form, in TeX.</param>
    public Section Check(string formula) => Sections.Check(formula, Sections.ClosedForm(@"\hat{x}", Sections.PerSet), _build);

    /// <summary>Why Σdx = 0 and Σdx·x̂ ≈ 0 over each set.</summary>
    public Section Sums()
    {
        double[] dx = Sections.Node("x").Gradient;
        double[] normalized = Sections.Node(@"\hat{x}").Values;
        double[] invStd = Sections.Node(@"\mathrm{invStd}").Values;
        double[] products = Sections.SumPerSet(GraphSections.Product(Sections.Node(@"\hat{x}").Gradient, normalized));
        double[] remainder = [.. products.Select((sum, set) => Sections.Epsilon * Math.Pow(invStd[set], 3) * sum)];
        Section section = Sections.Sums(
            "Why the sums vanish",
            "Adding one number to a whole set moves its mean along and leaves y as it is, so that Σdx = 0. Multiplying c by a factor "
            + "changes y only through ε, so that Σdx·x̂ is nearly 0: it is ε·invStd³·Σdx̂·x̂. The gradient has no part that would move "
            + "the mean or the spread of a set.",
            (@"\sum dx", "sum of dx over each set", dx),
            (@"\sum dx \cdot \hat{x}", "sum of dx·x̂ over each set", GraphSections.Product(dx, normalized)));
        return section with
        {
            Steps =
            [
                .. section.Steps,
                new Step(
                    "what ε leaves",
                    [@"\varepsilon \cdot \mathrm{invStd}^3 \cdot \sum d\hat{x} \cdot \hat{x}"],
                    [Sections.Quantity(@"\varepsilon \cdot \mathrm{invStd}^3 \cdot \sum d\hat{x} \cdot \hat{x}",
                        "the exact sum of dx·x̂", Axis.Set, remainder)]),
            ],
        };
    }
}
