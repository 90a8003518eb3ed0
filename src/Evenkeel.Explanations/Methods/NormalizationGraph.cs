using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations.Methods;

/// <summary>The graphs of the normalizers, with the symbols that all explanations use.</summary>
internal static class NormalizationGraph
{
    /// <summary>(x − μ)/√(σ² + ε)·γ + β, in nine operations.</summary>
    public static Graph Standardize(ElementLayout layout, double[] x, double[] weight, double[] bias, double epsilon)
    {
        var graph = new Graph(layout);
        Node input = graph.Input("x", "input", Axis.Element, x);
        Node normalized = Standardized(graph, input, @"\hat{x}", "normalized", epsilon);
        Affine(graph, normalized, weight, bias);
        return graph;
    }

    /// <summary>x/√(mean x² + ε)·γ, in six operations.</summary>
    public static Graph RootMeanSquare(ElementLayout layout, double[] x, double[] weight, double epsilon)
    {
        var graph = new Graph(layout);
        Node input = graph.Input("x", "input", Axis.Element, x);
        Node squares = graph.Square("q", "squares", input);
        Node meanSquare = graph.Mean(@"\nu", "mean square of each set", squares);
        Node root = graph.SquareRoot("s", "root mean square", meanSquare, epsilon);
        Node inverse = graph.Reciprocal(@"\mathrm{invRms}", "its reciprocal", root);
        Node normalized = graph.Multiply(@"\hat{x}", "normalized", input, inverse);
        Node gamma = graph.Input(@"\gamma", "weight", Axis.Parameter, weight);
        _ = graph.Multiply("y", "output", normalized, gamma);
        return graph;
    }

    /// <summary>Batch Renormalization: x̃·r + d behind the standardization, with constants r and d.</summary>
    public static Graph Renormalize(
        ElementLayout layout, double[] x, double[] weight, double[] bias, double epsilon, double[] r, double[] d)
    {
        var graph = new Graph(layout);
        Node input = graph.Input("x", "input", Axis.Element, x);
        Node standardized = Standardized(graph, input, @"\tilde{x}", "normalized by the batch", epsilon);
        Node factor = graph.Constant("r", "correction of the scale", Axis.Set, r);
        Node scaled = graph.Multiply("u", "scale corrected", standardized, factor);
        Node shift = graph.Constant("d", "correction of the mean", Axis.Set, d);
        Node normalized = graph.Add(@"\hat{x}", "normalized", scaled, shift);
        Affine(graph, normalized, weight, bias);
        return graph;
    }

    /// <summary>Cross-Iteration batch normalization: statistics averaged with those of past iterations, which are constants.</summary>
    public static Graph CrossIteration(
        ElementLayout layout, double[] x, double[] weight, double[] bias, double epsilon,
        IReadOnlyList<double[]> pastMeans, IReadOnlyList<double[]> pastSquares)
    {
        var graph = new Graph(layout);
        Node input = graph.Input("x", "input", Axis.Element, x);
        Node mean = graph.Mean(@"\mu", "mean of the batch", input);
        Node squares = graph.Square("q", "squares", input);
        Node meanSquare = graph.Mean(@"\nu", "mean square of the batch", squares);
        Node windowMean = graph.AverageWithPast(
            @"\bar{\mu}", "mean over the window", mean, @"\sum \mu_{\mathrm{past}}", pastMeans);
        Node windowSquare = graph.AverageWithPast(
            @"\bar{\nu}", "mean square over the window", meanSquare, @"\sum \nu_{\mathrm{past}}", pastSquares);
        Node squaredMean = graph.Square("p", "square of the mean", windowMean);
        Node variance = graph.Subtract(@"\bar{\sigma}^2", "variance over the window", windowSquare, squaredMean);
        Node root = graph.SquareRoot("s", "standard deviation", variance, epsilon);
        Node inverse = graph.Reciprocal(@"\mathrm{invStd}", "its reciprocal", root);
        Node centered = graph.Subtract("c", "centered", input, windowMean);
        Node normalized = graph.Multiply(@"\hat{x}", "normalized", centered, inverse);
        Affine(graph, normalized, weight, bias);
        return graph;
    }

    private static Node Standardized(Graph graph, Node x, string symbol, string meaning, double epsilon)
    {
        Node mean = graph.Mean(@"\mu", "mean of each set", x);
        Node centered = graph.Subtract("c", "centered", x, mean);
        Node squares = graph.Square("q", "squared deviations", centered);
        Node variance = graph.Mean(@"\sigma^2", "variance of each set", squares);
        Node root = graph.SquareRoot("s", "standard deviation", variance, epsilon);
        Node inverse = graph.Reciprocal(@"\mathrm{invStd}", "its reciprocal", root);
        return graph.Multiply(symbol, meaning, centered, inverse);
    }

    private static void Affine(Graph graph, Node normalized, double[] weight, double[] bias)
    {
        Node gamma = graph.Input(@"\gamma", "weight", Axis.Parameter, weight);
        Node scaled = graph.Multiply("z", "scaled", normalized, gamma);
        Node beta = graph.Input(@"\beta", "bias", Axis.Parameter, bias);
        _ = graph.Add("y", "output", scaled, beta);
    }
}
