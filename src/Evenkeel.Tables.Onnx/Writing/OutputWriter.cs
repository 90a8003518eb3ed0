using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;

namespace Evenkeel.Tables.Onnx.Writing;

/// <summary>Writes what follows a network, and the outputs of the graph.</summary>
internal static class OutputWriter
{
    /// <summary>Writes the probabilities, and the name of the most probable class.</summary>
    /// <param name="graph">Receives the nodes and the outputs.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="logits">The output of the network, [N, classes].</param>
    /// <param name="label">The name of the output with the class.</param>
    /// <param name="probabilities">The name of the output with the probabilities.</param>
    public static void WriteClasses(GraphWriter graph, IReadOnlyList<string> classes, OnnxValue logits, string label, string probabilities)
    {
        string softmax = graph.Node("softmax", "Softmax", [logits.Name], GraphWriter.Attribute("axis", -1L));
        string position = graph.Node(
            "position", "ArgMax", [softmax], GraphWriter.Attribute("axis", 1L), GraphWriter.Attribute("keepdims", 0L));
        string text = graph.MachineLearningNode(
            "class",
            "LabelEncoder",
            [position],
            GraphWriter.Integers("keys_int64s", Enumerable.Range(0, classes.Count).Select(value => (long)value)),
            GraphWriter.Texts("values_strings", classes));
        AddOutput(graph, new OnnxValue(text, []), label, TensorTypes.String, "the most probable class");
        AddOutput(
            graph,
            new OnnxValue(softmax, [classes.Count]),
            probabilities,
            TensorTypes.Float,
            "the probabilities of the classes: " + string.Join(", ", classes));
    }

    /// <summary>Writes the number that the output of a network means.</summary>
    /// <param name="graph">Receives the nodes and the output.</param>
    /// <param name="target">The mean of the target in training, and the standard deviation by which it was divided.</param>
    /// <param name="scaled">The output of the network, [N, 1].</param>
    /// <param name="name">The name of the output.</param>
    public static void WriteNumber(GraphWriter graph, (double Center, double Scale) target, OnnxValue scaled, string name)
    {
        string wide = graph.Cast("target.wide", scaled.Name, TensorTypes.Double);
        string product = graph.Node("target.scaled", "Mul", [wide, graph.Constant("target.scale", [target.Scale])]);
        string sum = graph.Node("target.centered", "Add", [product, graph.Constant("target.center", [target.Center])]);
        AddOutput(graph, new OnnxValue(sum, [1]), name, TensorTypes.Double, "the predicted number");
    }

    private static void AddOutput(GraphWriter graph, OnnxValue value, string name, int type, string description) =>
        graph.Graph.Output.Add(GraphWriter.Value(graph.NameOutput(value, name), type, description));
}
