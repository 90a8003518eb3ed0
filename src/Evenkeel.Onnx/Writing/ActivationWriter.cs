using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes activation functions.</summary>
internal static class ActivationWriter
{
    private const int OpsetOfGelu = 20;

    /// <summary>Writes an activation function.</summary>
    /// <returns>The name of the output; null for a type of the user's own.</returns>
    public static string? Write(GraphWriter graph, string path, Layer layer, string x) => layer switch
    {
        Relu => graph.Node(path, "Relu", [x]),
        Tanh => graph.Node(path, "Tanh", [x]),
        Sigmoid => graph.Node(path, "Sigmoid", [x]),
        Silu => graph.Node(path, "Mul", [x, graph.Node($"{path}.sigmoid", "Sigmoid", [x])]),
        LeakyRelu leaky => graph.Node(path, "LeakyRelu", [x], GraphWriter.Attribute("alpha", leaky.Slope)),
        HardSwish => graph.Node(path, "HardSwish", [x]),
        HardSigmoid hard => graph.Node(
            path, "HardSigmoid", [x], GraphWriter.Attribute("alpha", hard.Slope), GraphWriter.Attribute("beta", hard.Offset)),
        Clamp clamp => graph.Node(path, "Clip", Bounds(graph, path, clamp, x)),
        Gelu gelu when graph.Opset >= OpsetOfGelu => graph.Node(
            path, "Gelu", [x], GraphWriter.Attribute("approximate", gelu.Approximate ? "tanh" : "none")),
        Gelu { Approximate: true } => WriteApproximateGelu(graph, path, x),
        Gelu => WriteGelu(graph, path, x),
        _ => null,
    };

    private static string[] Bounds(GraphWriter graph, string path, Clamp clamp, string x)
    {
        string minimum = double.IsFinite(clamp.Minimum) ? graph.Scalar($"{path}.min", (float)clamp.Minimum) : "";
        return double.IsFinite(clamp.Maximum) ? [x, minimum, graph.Scalar($"{path}.max", (float)clamp.Maximum)] : [x, minimum];
    }

    /// <summary>½x·(1 + erf(x/√2)).</summary>
    private static string WriteGelu(GraphWriter graph, string path, string x)
    {
        string scaled = graph.Node($"{path}.scaled", "Div", [x, graph.Scalar($"{path}.root", (float)Math.Sqrt(2))]);
        string error = graph.Node($"{path}.erf", "Erf", [scaled]);
        return WriteHalfOf(graph, path, x, error);
    }

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    private static string WriteApproximateGelu(GraphWriter graph, string path, string x)
    {
        string cube = graph.Node($"{path}.cube", "Pow", [x, graph.Scalar($"{path}.exponent", 3)]);
        string scaledCube = graph.Node($"{path}.scaled_cube", "Mul", [cube, graph.Scalar($"{path}.cubic", 0.044715f)]);
        string sum = graph.Node($"{path}.cubic_sum", "Add", [x, scaledCube]);
        string scaled = graph.Node($"{path}.scaled", "Mul", [sum, graph.Scalar($"{path}.root", (float)Math.Sqrt(2 / Math.PI))]);
        return WriteHalfOf(graph, path, x, graph.Node($"{path}.tanh", "Tanh", [scaled]));
    }

    private static string WriteHalfOf(GraphWriter graph, string path, string x, string function)
    {
        string sum = graph.Node($"{path}.plus_one", "Add", [function, graph.Scalar($"{path}.one", 1)]);
        string product = graph.Node($"{path}.product", "Mul", [x, sum]);
        return graph.Node(path, "Mul", [product, graph.Scalar($"{path}.half", 0.5f)]);
    }
}
