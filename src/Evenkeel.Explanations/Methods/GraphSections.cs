using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Explanations.Methods;

/// <summary>The parts of an explanation that follow a graph: forward, backward, and what the gradients must agree with.</summary>
/// <param name="graph">The graph, whose last node is y.</param>
/// <param name="input">The numbers that it started from.</param>
internal sealed class GraphSections(Graph graph, ExplanationInput input)
{
    private readonly double[] _outputGradient = LibraryPass.Widen(input.OutputGradient);
    private readonly Dictionary<string, double[]> _library = [];

    /// <summary>For each element of the input, the index of its γ and β.</summary>
    public int[] ParameterOf => graph.Layout.ParameterOf;

    /// <summary>The number m of elements of a set.</summary>
    public int PerSet => graph.Layout.PerSet;

    /// <summary>ε.</summary>
    public double Epsilon => input.Epsilon;

    /// <summary>Adds numbers that the library computes, by symbol.</summary>
    public GraphSections WithLibrary(string symbol, double[]? values)
    {
        if (values is not null)
        {
            _library[symbol] = values;
        }

        return this;
    }

    /// <summary>Adds the library's mean and variance of each set.</summary>
    public GraphSections WithLibraryMoments(string mean, string variance)
    {
        var moments = new Moments[graph.Layout.Sets];
        ChannelMoments.Compute<float>(input.Values, graph.Layout.View, moments);
        return WithLibrary(mean, [.. moments.Select(set => set.Mean)])
            .WithLibrary(variance, [.. moments.Select(set => set.PopulationVariance)]);
    }

    /// <summary>Adds what the library's layer computes in a training step.</summary>
    public GraphSections WithLibrary(LibraryPass pass) => WithLibrary("y", pass.Output)
        .WithLibrary("dx", pass.InputGradient)
        .WithLibrary(@"d\gamma", pass.WeightGradient)
        .WithLibrary(@"d\beta", pass.BiasGradient);

    /// <summary>The node of a symbol.</summary>
    public Node Node(string symbol) => graph.Nodes.Single(node => node.Symbol.Tex == symbol);

    /// <summary>A node as a quantity.</summary>
    public Quantity Quantity(Node node) => Quantity(node.Symbol, node.Meaning, node.Axis, node.Values);

    /// <summary>Numbers that belong to an axis, beside those of the library.</summary>
    public Quantity Quantity(Formula symbol, string meaning, Axis axis, double[] values) =>
        new(symbol, meaning, graph.Layout.ShapeOf(axis), graph.Layout.AxesOf(axis), values)
        {
            Axis = NameOf(axis),
            Library = _library.GetValueOrDefault(symbol.Tex),
        };

    /// <summary>The picture of the graph.</summary>
    public IReadOnlyList<GraphNode> Picture() =>
    [
        .. graph.Nodes.Select(node => new GraphNode(
            node.Symbol,
            [.. (node.Operation?.Operands ?? []).Select(IndexOf)],
            NameOf(node.Axis))),
    ];

    /// <summary>The input: x, γ, β, ε and dy.</summary>
    public Section Input() => new(
        SectionKind.Computation,
        "The input",
        Invariant($"Each set has m = {graph.Layout.PerSet} elements. The loss is L = Σ dy·y, so that dy is its gradient by y."),
        [
            .. graph.Nodes.Where(node => node.Operation is null && !node.IsConstant).Select(node =>
                new Step(node.Meaning, [], [Quantity(node)])),
            new Step("epsilon", [], [Explanations.Quantity.Scalar(@"\varepsilon", "added to the variance inside the root", input.Epsilon)]),
            new Step("gradient of the output", [], [Quantity("dy", "gradient of the output", Axis.Element, _outputGradient)]),
        ]);

    /// <summary>The forward pass, a step per operation.</summary>
    public Section Forward(string text) => new(
        SectionKind.Forward,
        "Forward",
        text,
        [
            .. graph.Results.Select(node => new Step(
                node.Meaning,
                [$"{node.Symbol.Tex} = {node.Operation!.Formula.Tex}"],
                [Quantity(node)])
            {
                Node = IndexOf(node),
                Examples = [.. node.Values.Select((value, i) => $"{node.Operation.Example(i)} = {Numbers.Short(value)}")],
            }),
        ]);

    /// <summary>The backward pass: a step per operation, from the last to the first, and the sum of the parts of dx.</summary>
    public Section Backward()
    {
        IReadOnlyList<BackwardStep> steps = graph.Differentiate(_outputGradient);
        Node x = Node("x");
        Contribution[] parts = [.. steps.SelectMany(step => step.Contributions).Where(contribution => contribution.Operand == x)];
        Step sum = new(
            "sum the parts of dx",
            [$"dx = {string.Join(" + ", parts.Select(part => SymbolOf(part).Tex))}"],
            [Quantity(x.GradientSymbol, "gradient of the input", x.Axis, x.Gradient)])
        {
            Node = IndexOf(x),
            Examples =
            [
                .. x.Gradient.Select((value, i) => $"{SumOf([.. parts.Select(part => part.Values[i])], value)} = {Numbers.Short(value)}"),
            ],
        };
        return new Section(
            SectionKind.Backward,
            Invariant($"Backward in {steps.Count + 1} steps"),
            "Each step multiplies the gradient that arrives by the derivative of one operation. A number that served several elements "
            + "receives the sum of their gradients; a number used twice, the sum of two parts.",
            [.. steps.Select(Step), sum]);
    }

    /// <summary>The gradients of the graph beside a closed form and finite differences.</summary>
    /// <param name="formula">The closed form of dx, in TeX.</param>
    /// <param name="closedForm">Its numbers.</param>
    /// <param name="build">Computes the graph for other x, γ and β, with the same constants.</param>
    public Section Check(string formula, double[] closedForm, Func<double[], double[], double[], Graph> build)
    {
        Node x = Node("x");
        double[] deviations = PerElement(Node("s").Values);
        var differences = new FiniteDifferences(build, _outputGradient, x.Values, deviations, ValuesOf(@"\gamma"), ValuesOf(@"\beta"));
        double[] byInput = differences.ByInput();
        List<Step> steps =
        [
            new Step("closed form", [formula], [Quantity("dx", "by the closed form", Axis.Element, closedForm)]),
            new Step(
                "finite difference",
                [@"dx \approx \frac{L(x + h) - L(x - h)}{2h}"],
                [Quantity("dx", Invariant($"by central differences, h = {FiniteDifferences.StepText}"), Axis.Element, byInput)])
            {
                Text = $"Largest difference from the {graph.Results.Count() + 1} steps: closed form "
                    + $"{Distance(x.Gradient, closedForm)}, finite difference {Distance(x.Gradient, byInput)}.",
            },
            new Step("finite difference of the weight", [], [Parameter(@"\gamma", differences.ByWeight())]),
        ];
        if (graph.Nodes.Any(node => node.Symbol.Tex == @"\beta"))
        {
            steps.Add(new Step("finite difference of the bias", [], [Parameter(@"\beta", differences.ByBias())]));
        }

        return new Section(
            SectionKind.Comparison,
            "The same gradient in two other ways",
            "The closed form is what the library computes: two sums per set, then one pass over the elements.",
            steps);
    }

    /// <summary>
    /// The gradient by x in closed form, where x̂ is a difference from the mean, divided by the standard deviation:
    /// dx = invStd/m·(m·g − Σg − x̂·Σg·x̂), with g the gradient of x̂.
    /// </summary>
    /// <param name="symbol">The symbol of x̂.</param>
    /// <param name="count">m, the number of elements whose statistics normalized a set.</param>
    public double[] ClosedForm(string symbol, double count)
    {
        double[] normalized = Node(symbol).Values, gradient = Node(symbol).Gradient;
        double[] invStd = PerElement(Node(@"\mathrm{invStd}").Values);
        double[] sums = PerElement(SumPerSet(gradient)), products = PerElement(SumPerSet(Product(gradient, normalized)));
        return [.. gradient.Select((value, e) => invStd[e] / count * (count * value - sums[e] - normalized[e] * products[e]))];
    }

    /// <summary>The products of two numbers per element.</summary>
    public static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    /// <summary>Sums over each set that are zero, with the reason.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="text">The reason.</param>
    /// <param name="sums">For each, its symbol, its meaning, and the product to be summed, per element.</param>
    public Section Sums(string title, string text, params (string Symbol, string Meaning, double[] Terms)[] sums) => new(
        SectionKind.Comparison,
        title,
        text,
        [.. sums.Select(sum => new Step(sum.Meaning, [], [Quantity(sum.Symbol, sum.Meaning, Axis.Set, SumPerSet(sum.Terms))]))]);

    /// <summary>The sum over each set.</summary>
    public double[] SumPerSet(double[] terms)
    {
        double[] sums = new double[graph.Layout.Sets];
        for (int e = 0; e < terms.Length; e++)
        {
            sums[graph.Layout.SetOf[e]] += terms[e];
        }

        return sums;
    }

    /// <summary>For each element, the number of its set.</summary>
    public double[] PerElement(double[] perSet) => [.. graph.Layout.SetOf.Select(set => perSet[set])];

    private Step Step(BackwardStep step)
    {
        Node node = step.Node;
        return new Step(
            $"through {node.Symbol} = {node.Operation!.Formula}",
            [.. step.Contributions.Select(contribution => Chain(node, contribution))],
            [
                .. UsesOf(node) == 1 ? [] : new[] { Quantity(node.GradientSymbol, "what arrives", node.Axis, node.Gradient) },
                .. step.Contributions.SelectMany(contribution => new[]
                {
                    Quantity(
                        $@"\frac{{\partial {node.Symbol.Tex}}}{{\partial {contribution.Operand.Symbol.Tex}}}",
                        $"local gradient: {contribution.Local.Formula}",
                        contribution.Local.Axis,
                        contribution.Local.Values),
                    Quantity(
                        SymbolOf(contribution),
                        $"for {contribution.Operand.Symbol}, {contribution.Operand.Meaning}",
                        contribution.Operand.Axis,
                        contribution.Values),
                }),
            ])
        {
            Node = IndexOf(node),
            Text = UsesOf(node) > 1 ? $"{node.GradientSymbol} is the sum of its {UsesOf(node)} parts." : "",
        };
    }

    /// <summary>A sum with as many digits as show it, where its terms nearly cancel.</summary>
    private static string SumOf(double[] terms, double sum)
    {
        bool cancels = sum != 0 && Math.Abs(sum) < 1e-3 * terms.Max(Math.Abs);
        string Text(double term) => !cancels ? Numbers.Operand(term)
            : term < 0 ? $"({Numbers.Precise(term)})"
            : Numbers.Precise(term);
        return string.Join(" + ", terms.Select(Text));
    }

    private static Formula Chain(Node node, Contribution contribution)
    {
        Node operand = contribution.Operand;
        string gradient = node.GradientSymbol.Tex, local = contribution.Local.Formula.Tex;
        string product = local switch
        {
            "1" => gradient,
            "-1" => $"-{gradient}",
            _ => $@"{gradient} \cdot {(local.StartsWith('-') ? $"({local})" : local)}",
        };
        string sum = operand.Axis != node.Axis && operand.Axis != Axis.Element ? @"\sum " : "";
        return local == "-1" && sum.Length > 0
            ? $"{SymbolOf(contribution).Tex} = -{sum}{gradient}"
            : $"{SymbolOf(contribution).Tex} = {sum}{product}";
    }

    private static Formula SymbolOf(Contribution contribution) => contribution.Part == 0
        ? contribution.Operand.GradientSymbol
        : Invariant($"{contribution.Operand.GradientSymbol.Tex}^{{({contribution.Part})}}");

    private Quantity Parameter(string symbol, double[] values) =>
        Quantity($"d{symbol}", "by central differences", Axis.Parameter, values);

    private double[] ValuesOf(string symbol) => graph.Nodes.FirstOrDefault(node => node.Symbol.Tex == symbol)?.Values ?? [];

    private int UsesOf(Node node) => graph.Results.Sum(result => result.Operation!.Operands.Count(operand => operand == node));

    private int IndexOf(Node node)
    {
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i] == node)
            {
                return i;
            }
        }

        throw new ArgumentException("The node is not in the graph.", nameof(node));
    }

    private static string NameOf(Axis axis) => axis.ToString().ToLowerInvariant();

    private static string Distance(double[] a, double[] b)
    {
        double[] differences = [.. a.Zip(b, (x, y) => Math.Abs(x - y))];
        return Numbers.Short(differences.Any(double.IsNaN) ? double.NaN : differences.Max());
    }
}
