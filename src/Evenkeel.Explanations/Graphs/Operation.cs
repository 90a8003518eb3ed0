using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Graphs;

/// <summary>An operation of a graph: its operands, its formula, and its derivative by each operand.</summary>
/// <param name="Operands">The nodes it takes.</param>
/// <param name="Formula">The right-hand side of its formula, in TeX.</param>
/// <param name="Example">The right-hand side with numbers, for the i-th number of the result.</param>
/// <param name="Derivatives">For each operand, the derivative of the result by it.</param>
internal sealed record Operation(
    IReadOnlyList<Node> Operands, Formula Formula, Func<int, string> Example, IReadOnlyList<LocalGradient> Derivatives);
