using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations;

/// <summary>A node of the picture of a graph.</summary>
/// <param name="Symbol">Its symbol.</param>
/// <param name="Operands">The indices of the nodes that it is computed from.</param>
/// <param name="Axis">What its numbers belong to: element, set or parameter.</param>
internal sealed record GraphNode(Formula Symbol, IReadOnlyList<int> Operands, string Axis);
