using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Onnx.Writing;

/// <summary>Writes the inputs of a graph, a column each, and the nodes that make the features of a network of them.</summary>
internal static class PreparationWriter
{
    /// <summary>Writes the preparation of all columns.</summary>
    /// <param name="graph">Receives the inputs and the nodes.</param>
    /// <param name="columns">The columns, in the order of their features.</param>
    /// <returns>The features [N, width] in single precision.</returns>
    /// <exception cref="NotSupportedException">ONNX has no form of some columns; all are named.</exception>
    public static OnnxValue Write(GraphWriter graph, IReadOnlyList<ColumnPreparation> columns)
    {
        var obstacles = new List<string>();
        var features = new List<string>();
        foreach (ColumnPreparation column in columns)
        {
            switch (column)
            {
                case NumberPreparation number:
                    AddInput(graph, column.Name, TensorTypes.Double, "a number, NaN where it is missing");
                    features.AddRange(NumberWriter.Write(graph, number, obstacles));
                    break;
                case CategoryPreparation category:
                    AddInput(graph, column.Name, TensorTypes.String, "a text, empty where it is missing");
                    features.Add(CategoryWriter.Write(graph, category, obstacles));
                    break;
                default:
                    throw new NotSupportedException($"ONNX has no form of column '{column.Name}', a {column.GetType().Name}.");
            }
        }

        if (obstacles.Count > 0)
        {
            throw new NotSupportedException(
                $"ONNX has no form of the preparation of {(obstacles.Count == 1 ? "a column" : $"{obstacles.Count} columns")}: "
                + string.Join("; ", obstacles) + ".");
        }

        string all = features.Count == 1
            ? features[0]
            : graph.Node("features", "Concat", [.. features], GraphWriter.Attribute("axis", 1L));
        return new OnnxValue(all, [columns.Sum(column => column.FeatureNames.Count)]);
    }

    private static void AddInput(GraphWriter graph, string name, int type, string description) =>
        graph.Graph.Input.Add(GraphWriter.Value(new OnnxValue(name, [1]), type, description));
}
