using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;

namespace Evenkeel.Inference.Planning;

/// <summary>Folds normalizations into weights, and fuses sums and ReLUs into the operations before them.</summary>
internal static class Fusion
{
    /// <summary>Fuses what can be fused.</summary>
    /// <param name="nodes">The operations, in the order in which they run; those that are fused into others are removed.</param>
    /// <param name="fold">True to fold normalizations, which rounds weights anew.</param>
    public static void Apply(List<Node> nodes, bool fold)
    {
        // An operation comes after those that it reads, so that what was fused before can be fused further.
        for (int i = 1; i < nodes.Count; i++)
        {
            Node node = nodes[i];
            if (fold && node is { Kind: NodeKind.Affine, Layer: RunningNormalization } && Fold(nodes, node))
            {
                Absorb(nodes, i, node.Inputs[0], node);
                i--;
            }
            else if (node is { Kind: NodeKind.Activation, Layer: Relu } && TakesRelu(nodes, node.Inputs[0]))
            {
                node.Inputs[0].Relu = true;
                Absorb(nodes, i, node.Inputs[0], node);
                i--;
            }
            else if (node.Kind == NodeKind.Sum)
            {
                i -= FuseSum(nodes, i) ? 1 : 0;
            }
        }
    }

    private static bool Fold(List<Node> nodes, Node node)
    {
        Node before = node.Inputs[0];
        if (!IsPlain(nodes, before) || Folding.Obstacle(before.Layer!, (RunningNormalization)node.Layer!) is not null)
        {
            return false;
        }

        before.Layer = Folding.Folded(before.Layer!, (RunningNormalization)node.Layer!);
        return true;
    }

    /// <summary>Fuses a sum into one of its operands, a product, which then runs at the sum's position.</summary>
    private static bool FuseSum(List<Node> nodes, int index)
    {
        Node sum = nodes[index];
        Node? product = sum.Inputs.Find(input => IsPlain(nodes, input));
        if (product is null || sum.Inputs[0] == sum.Inputs[1])
        {
            return false;
        }

        product.Residual = sum.Inputs.Find(input => input != product);
        Absorb(nodes, index, product, sum);
        nodes.Remove(product);
        nodes.Insert(index - 1, product);
        return true;
    }

    /// <summary>True for a linear layer or a convolution that one operation reads, and into which nothing else is fused.</summary>
    private static bool IsPlain(List<Node> nodes, Node node) =>
        node is { Kind: NodeKind.Linear or NodeKind.Convolution, Residual: null, Relu: false } && HasOneReader(nodes, node);

    private static bool TakesRelu(List<Node> nodes, Node node) =>
        node is { Kind: NodeKind.Linear or NodeKind.Convolution or NodeKind.Affine or NodeKind.Sum, Relu: false }
        && HasOneReader(nodes, node);

    private static bool HasOneReader(List<Node> nodes, Node node) => nodes.Sum(other => other.Operands.Count(read => read == node)) == 1;

    /// <summary>Removes an operation that has become part of another.</summary>
    private static void Absorb(List<Node> nodes, int index, Node into, Node absorbed)
    {
        nodes.RemoveAt(index);
        foreach (Node node in nodes)
        {
            node.Replace(absorbed, into);
        }

        into.Absorbed.AddRange(absorbed.Absorbed);
        if (absorbed.Layer is not null)
        {
            into.Absorbed.Add(absorbed.Path);
        }
    }
}
