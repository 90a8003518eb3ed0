using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads embeddings.</summary>
internal static class EmbeddingReaders
{
    /// <summary>Reads rows of a table, a constant matrix, that integers of the network choose.</summary>
    /// <param name="network">Receives the layer.</param>
    /// <param name="node">The node.</param>
    /// <param name="name">Its name.</param>
    /// <param name="codes">The integers.</param>
    /// <exception cref="NodeException">Columns are chosen instead.</exception>
    public static OnnxInput Gather(NetworkReader network, NodeReader node, string name, NetworkValue codes)
    {
        node.Expect("axis", 0);
        OnnxTensor table = node.Constant(0, "table");
        node.Charge(2L * sizeof(float) * table.Count);
        var layer = new Embedding(
            ProductReaders.Positive(table.Lengths[0], "number of rows"),
            ProductReaders.Positive(table.Lengths[1], "number of columns"),
            new RandomSource(0),
            ProductReaders.Zeros);
        table.AsFloats().CopyTo(layer.Weight.Value.Elements());
        return network.Add(name, layer, codes);
    }
}
