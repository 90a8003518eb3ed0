using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Onnx.Writing;

/// <summary>Writes the preparation of a column of categories: a lookup of the text, and the features of what it finds.</summary>
internal static class CategoryWriter
{
    private const string Missing = "";

    /// <summary>Writes a column.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="column">The column, whose name is that of the input.</param>
    /// <param name="obstacles">Receives what ONNX has no form of.</param>
    /// <returns>The features in single precision.</returns>
    public static string Write(GraphWriter graph, CategoryPreparation column, List<string> obstacles)
    {
        string name = column.Name;
        int count = column.Categories.Count;
        string[] texts = [.. column.Categories.Take(count - (column.OtherPosition < 0 ? 0 : 1) - (column.MissingPosition < 0 ? 0 : 1))];
        if (column.RefuseUnseen)
        {
            obstacles.Add($"column '{name}' refuses texts that were not seen ({nameof(column.RefuseUnseen)})");
            return name;
        }

        if (texts.Contains(Missing))
        {
            obstacles.Add($"column '{name}' has a category with an empty text, which means a missing cell in the file");
            return name;
        }

        // Missing cells are no category if there were none in the fit, also where other texts are one.
        string[] keys = [Missing, .. texts];
        int[] positions = [column.MissingPosition, .. Enumerable.Range(0, texts.Length)];
        if (column.Encoding != CategoryEncoding.OneHot)
        {
            return graph.MachineLearningNode(
                $"{name}.feature",
                "LabelEncoder",
                [name],
                GraphWriter.Texts("keys_strings", keys),
                GraphWriter.Numbers("values_floats", positions.Select(column.Feature)),
                GraphWriter.Attribute("default_float", column.Feature(column.OtherPosition)));
        }

        string position = graph.MachineLearningNode(
            $"{name}.position",
            "LabelEncoder",
            [name],
            GraphWriter.Texts("keys_strings", keys),
            GraphWriter.Integers("values_int64s", positions.Select(value => (long)value)),
            GraphWriter.Attribute("default_int64", (long)column.OtherPosition));
        string all = graph.Integers($"{name}.positions", [.. Enumerable.Range(0, count).Select(value => (long)value)]);
        return graph.Cast($"{name}.features", graph.Node($"{name}.equal", "Equal", [position, all]), TensorTypes.Float);
    }
}
