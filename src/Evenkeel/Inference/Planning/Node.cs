using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Scaling;

namespace Evenkeel.Inference.Planning;

/// <summary>An operation of a network in inference, and what is fused into it.</summary>
/// <param name="kind">The operation.</param>
/// <param name="path">The path of its layer.</param>
/// <param name="shape">The shape of a sample of the output.</param>
internal sealed class Node(NodeKind kind, string path, nint[] shape)
{
    /// <summary>The operation.</summary>
    public NodeKind Kind => kind;

    /// <summary>The path of the operation's layer.</summary>
    public string Path => path;

    /// <summary>The shape of a sample of the output.</summary>
    public nint[] Shape => shape;

    /// <summary>The layer, the network's or a folded one. Null for the input and where operands are combined.</summary>
    public Layer? Layer { get; set; }

    /// <summary>The axis of the channels of a batch, if operands are combined by it; else null.</summary>
    public int? Axis { get; init; }

    /// <summary>The scaler of a scaling; else null.</summary>
    public Scaler? Scaler { get; init; }

    /// <summary>The nodes whose outputs are read.</summary>
    public List<Node> Inputs { get; init; } = [];

    /// <summary>The node whose output is added to that of this one; null for none.</summary>
    public Node? Residual { get; set; }

    /// <summary>True if a ReLU follows.</summary>
    public bool Relu { get; set; }

    /// <summary>The paths of the layers that were folded or fused into this one.</summary>
    public List<string> Absorbed { get; } = [];

    /// <summary>The activations of the output.</summary>
    public ActivationBuffer? Output { get; set; }

    /// <summary>All nodes whose outputs are read, the residual's among them.</summary>
    public IEnumerable<Node> Operands => Residual is null ? Inputs : Inputs.Append(Residual);

    /// <summary>Replaces an operand.</summary>
    public void Replace(Node old, Node replacement)
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            Inputs[i] = Inputs[i] == old ? replacement : Inputs[i];
        }

        Residual = Residual == old ? replacement : Residual;
    }
}
