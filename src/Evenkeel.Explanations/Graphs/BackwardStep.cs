namespace Evenkeel.Explanations.Graphs;

/// <summary>A step of the backward pass: from the gradient of a node to those of its operands.</summary>
/// <param name="Node">The node.</param>
/// <param name="Contributions">For each operand that takes a gradient, what it receives.</param>
internal sealed record BackwardStep(Node Node, IReadOnlyList<Contribution> Contributions);
