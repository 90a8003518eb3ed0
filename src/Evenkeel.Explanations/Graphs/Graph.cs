using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Graphs;

/// <summary>A computation in double precision, recorded operation by operation so that it can be differentiated step by step.</summary>
/// <remarks>
/// A number of a set or of γ serves all elements that belong to it; its gradient is the sum over them. The loss is
/// L = Σ dy·y, whose gradient by y is the given dy.
/// </remarks>
internal sealed class Graph(ElementLayout layout)
{
    private readonly List<Node> _nodes = [];

    /// <summary>The shape of the input and its sets.</summary>
    public ElementLayout Layout => layout;

    /// <summary>The nodes, in the order in which they were computed.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The nodes that operations compute.</summary>
    public IEnumerable<Node> Results => _nodes.Where(node => node.Operation is not null);

    /// <summary>Adds an input.</summary>
    public Node Input(string symbol, string meaning, Axis axis, double[] values) => Add(new Node(symbol, meaning, axis, values));

    /// <summary>Adds an input through which no gradient flows.</summary>
    public Node Constant(string symbol, string meaning, Axis axis, double[] values) =>
        Add(new Node(symbol, meaning, axis, values) { IsConstant = true });

    /// <summary>The mean over the elements of each set.</summary>
    public Node Mean(string symbol, string meaning, Node x)
    {
        int[] sets = layout.IndicesOf(Axis.Set);
        double count = layout.PerSet;
        double[] means = new double[layout.Sets];
        for (int e = 0; e < sets.Length; e++)
        {
            means[sets[e]] += x.Values[e];
        }

        for (int s = 0; s < means.Length; s++)
        {
            means[s] /= count;
        }

        string Example(int s) => Invariant($"({Numbers.Sum(x.Values.Where((_, e) => sets[e] == s))}) / {count}");
        var slope = new LocalGradient(@"\frac{1}{m}", Axis.Element, [.. x.Values.Select(_ => 1 / count)]);
        return Add(new Node(symbol, meaning, Axis.Set, means, new Operation([x], $@"\mathrm{{mean}}({x.Symbol.Tex})", Example, [slope])));
    }

    /// <summary>a − b.</summary>
    public Node Subtract(string symbol, string meaning, Node a, Node b) => Binary(
        symbol, meaning, a, b, "-", (x, y) => x - y, ("1", (_, _) => 1), ("-1", (_, _) => -1));

    /// <summary>a + b.</summary>
    public Node Add(string symbol, string meaning, Node a, Node b) => Binary(
        symbol, meaning, a, b, "+", (x, y) => x + y, ("1", (_, _) => 1), ("1", (_, _) => 1));

    /// <summary>a·b.</summary>
    public Node Multiply(string symbol, string meaning, Node a, Node b) => Binary(
        symbol, meaning, a, b, @"\cdot", (x, y) => x * y, (b.Symbol.Tex, (_, y) => y), (a.Symbol.Tex, (x, _) => x));

    /// <summary>x².</summary>
    public Node Square(string symbol, string meaning, Node x) => Unary(
        symbol, meaning, x, $"{Base(x)}^2", (value, _) => value * value, value => $"{Numbers.Operand(value)}²", $@"2\,{x.Symbol.Tex}",
        value => 2 * value);

    /// <summary>√(x + ε).</summary>
    public Node SquareRoot(string symbol, string meaning, Node x, double epsilon) => Unary(
        symbol, meaning, x, $@"\sqrt{{{x.Symbol.Tex} + \varepsilon}}", (value, _) => Math.Sqrt(value + epsilon),
        value => $"√({Numbers.Short(value)} + {Numbers.Short(epsilon)})", $@"\frac{{1}}{{2\,{symbol}}}",
        value => 0.5 / Math.Sqrt(value + epsilon));

    /// <summary>1/x.</summary>
    public Node Reciprocal(string symbol, string meaning, Node x) => Unary(
        symbol, meaning, x, $@"\frac{{1}}{{{x.Symbol.Tex}}}", (value, _) => 1 / value, value => $"1 / {Numbers.Operand(value)}",
        $@"-\frac{{1}}{{{x.Symbol.Tex}^2}}", value => -1 / (value * value));

    /// <summary>The mean of x and of numbers that are constants: (x + Σ past)/k.</summary>
    public Node AverageWithPast(string symbol, string meaning, Node x, string past, IReadOnlyList<double[]> pastValues)
    {
        int count = pastValues.Count + 1;
        double[] sums = [.. x.Values.Select((_, s) => pastValues.Sum(values => values[s]))];
        double[] values = [.. x.Values.Select((value, s) => (value + sums[s]) / count)];
        string Example(int s) => Invariant($"({Numbers.Sum([x.Values[s], .. pastValues.Select(values => values[s])])}) / {count}");
        var slope = new LocalGradient(Invariant($@"\frac{{1}}{{{count}}}"), x.Axis, [.. x.Values.Select(_ => 1.0 / count)]);
        return Add(new Node(
            symbol, meaning, x.Axis, values,
            new Operation([x], Invariant($@"\frac{{{x.Symbol.Tex} + {past}}}{{{count}}}"), Example, [slope])));
    }

    /// <summary>Differentiates L = Σ dy·y by every node, from the last one back.</summary>
    /// <param name="outputGradient">dy, the gradient by the last node.</param>
    /// <returns>The steps, each complete before the next.</returns>
    public IReadOnlyList<BackwardStep> Differentiate(double[] outputGradient)
    {
        foreach (Node node in _nodes)
        {
            Array.Clear(node.Gradient);
        }

        outputGradient.CopyTo(_nodes[^1].Gradient, 0);
        Dictionary<Node, int> received = [];
        var uses = Results.SelectMany(node => node.Operation!.Operands).CountBy(operand => operand).ToDictionary();
        List<BackwardStep> steps = [];
        foreach (Node node in Results.Reverse())
        {
            List<Contribution> contributions = [];
            foreach ((Node operand, LocalGradient local) in node.Operation!.Operands.Zip(node.Operation.Derivatives))
            {
                if (operand.IsConstant)
                {
                    continue;
                }

                double[] values = Chain(node, local, operand);
                for (int i = 0; i < values.Length; i++)
                {
                    operand.Gradient[i] += values[i];
                }

                received[operand] = received.GetValueOrDefault(operand) + 1;
                contributions.Add(new Contribution(operand, local, values, uses[operand] == 1 ? 0 : received[operand]));
            }

            steps.Add(new BackwardStep(node, contributions));
        }

        return steps;
    }

    /// <summary>∂L/∂result · ∂result/∂operand, summed over the elements that have the operand's number in common.</summary>
    private double[] Chain(Node result, LocalGradient local, Node operand)
    {
        double[] gradient = new double[operand.Values.Length];
        if (result.Axis == operand.Axis && local.Axis == operand.Axis)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = result.Gradient[i] * local.Values[i];
            }

            return gradient;
        }

        int[] results = layout.IndicesOf(result.Axis), locals = layout.IndicesOf(local.Axis), operands = layout.IndicesOf(operand.Axis);
        for (int e = 0; e < layout.Length; e++)
        {
            gradient[operands[e]] += result.Gradient[results[e]] * local.Values[locals[e]];
        }

        return gradient;
    }

    private Node Unary(
        string symbol, string meaning, Node x, Formula formula, Func<double, int, double> value, Func<double, string> example,
        Formula slope, Func<double, double> derivative) => Add(new Node(
            symbol,
            meaning,
            x.Axis,
            [.. x.Values.Select(value)],
            new Operation(
                [x], formula, i => example(x.Values[i]), [new LocalGradient(slope, x.Axis, [.. x.Values.Select(derivative)])])));

    private Node Binary(
        string symbol, string meaning, Node a, Node b, string sign, Func<double, double, double> value,
        (Formula Formula, Func<double, double, double> Value) byA, (Formula Formula, Func<double, double, double> Value) byB)
    {
        // One operand may belong to the elements, and the other to their sets or parameters.
        Axis axis = a.Axis == b.Axis ? a.Axis : Axis.Element;
        int length = layout.LengthOf(axis);
        int IndexOf(Node node, int i) => node.Axis == axis ? i : layout.IndicesOf(node.Axis)[i];
        double[] Each(Func<double, double, double> function) =>
            [.. Enumerable.Range(0, length).Select(i => function(a.Values[IndexOf(a, i)], b.Values[IndexOf(b, i)]))];
        string sign1 = TexText.Of(sign.Trim());
        string Example(int i) => $"{Numbers.Short(a.Values[IndexOf(a, i)])} {sign1} {Numbers.Operand(b.Values[IndexOf(b, i)])}";
        return Add(new Node(
            symbol,
            meaning,
            axis,
            Each(value),
            new Operation(
                [a, b],
                $"{a.Symbol.Tex} {sign} {b.Symbol.Tex}",
                Example,
                [new LocalGradient(byA.Formula, axis, Each(byA.Value)), new LocalGradient(byB.Formula, axis, Each(byB.Value))])));
    }

    private Node Add(Node node)
    {
        _nodes.Add(node);
        return node;
    }

    private static string Base(Node node) => node.Symbol.Tex.Contains('^', StringComparison.Ordinal) ? $"({node.Symbol.Tex})"
        : node.Symbol.Tex;
}
