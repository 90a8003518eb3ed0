using System.Diagnostics;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes embeddings: codes become integers, which take rows of a table.</summary>
internal static class EmbeddingWriter
{
    /// <summary>Writes an embedding.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The codes, or the table that has columns of them.</param>
    /// <param name="shape">The shape of a sample of the output.</param>
    public static OnnxValue Write(GraphWriter graph, string path, Layer layer, OnnxValue x, nint[] shape) => new(
        layer switch
        {
            Embedding embedding => Lookup(graph, path, embedding.Weight, x.Name),
            CategoryEmbedding embedding => Write(graph, path, embedding, x),
            _ => throw new UnreachableException(),
        },
        shape);

    private static string Write(GraphWriter graph, string path, CategoryEmbedding layer, OnnxValue x)
    {
        var parts = new List<string>();
        HashSet<long> coded = [.. layer.Columns.Select(column => (long)column.Column)];
        long[] others = [.. Enumerable.Range(0, (int)x.Shape[0]).Select(column => (long)column).Where(column => !coded.Contains(column))];
        if (others.Length > 0)
        {
            parts.Add(graph.Node(
                $"{path}.others",
                "Gather",
                [x.Name, graph.Integers($"{path}.others.columns", others)],
                GraphWriter.Attribute("axis", 1L)));
        }

        foreach ((int i, CategoryColumn column) in layer.Columns.Index())
        {
            string name = Invariant($"{path}.embeddings.{i}");
            string codes = graph.Node(
                $"{name}.column", "Gather", [x.Name, graph.Integer($"{name}.index", column.Column)], GraphWriter.Attribute("axis", 1L));
            parts.Add(Lookup(graph, name, layer.Parameters[i], codes));
        }

        return graph.Node(path, "Concat", [.. parts], GraphWriter.Attribute("axis", 1L));
    }

    private static string Lookup(GraphWriter graph, string name, Parameter weight, string codes)
    {
        string table = graph.Constant($"{name}.weight", weight.Value.Elements(), weight.Value.Lengths.ToArray());
        string integers = graph.Node($"{name}.codes", "Cast", [codes], GraphWriter.Attribute("to", (long)TensorTypes.Int64));
        return graph.Node(name, "Gather", [table, integers], GraphWriter.Attribute("axis", 0L));
    }
}
