using Evenkeel.Scaling;

namespace Evenkeel.Inference.Planning;

/// <summary>Makes a feature scaler part of a network: folded into the first layer, or as an operation of its own.</summary>
internal static class InputScaling
{
    /// <summary>Folds the scaler where that is accurate; else inserts an operation.</summary>
    /// <param name="nodes">The operations, before fusion.</param>
    /// <param name="scaler">The scaler.</param>
    /// <param name="fold">True to fold it.</param>
    /// <exception cref="ArgumentException">The scaler is not fitted or not affine, or has not a column per feature or channel.</exception>
    public static void Apply(List<Node> nodes, Scaler scaler, bool fold)
    {
        // The columns are those of the flattened input, if that is all that the network reads.
        Node input = nodes[0];
        Node[] readers = ReadersOf(nodes, input);
        while (readers is [{ Kind: NodeKind.Flatten } flatten])
        {
            (input, readers) = (flatten, ReadersOf(nodes, flatten));
        }

        if (fold && readers is [var reader] && ScalerFolding.FoldIfAccurate(scaler, reader.Layer) is { } folded)
        {
            reader.Layer = folded;
            reader.Absorbed.Add(scaler.GetType().Name);
            return;
        }

        var scaling = new Node(NodeKind.Scaling, scaler.GetType().Name, input.Shape) { Inputs = [input], Scaler = scaler };
        Array.ForEach(readers, node => node.Replace(input, scaling));
        nodes.Insert(nodes.IndexOf(input) + 1, scaling);
    }

    private static Node[] ReadersOf(List<Node> nodes, Node node) => [.. nodes.Where(other => other.Operands.Contains(node))];
}
