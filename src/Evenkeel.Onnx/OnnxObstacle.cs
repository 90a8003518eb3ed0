namespace Evenkeel.Onnx;

/// <summary>A node of an ONNX file that no layer corresponds to, or an input or output too many.</summary>
/// <param name="Node">The name of the node, or its output's; or that of the input or output.</param>
/// <param name="Operator">The operator; "input" or "output".</param>
/// <param name="Reason">Why it cannot be read.</param>
public sealed record OnnxObstacle(string Node, string Operator, string Reason)
{
    /// <summary>"'conv1' (Conv): …".</summary>
    public override string ToString() => $"'{Node}' ({Operator}): {Reason}";
}
