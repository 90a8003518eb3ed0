using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations;

/// <summary>A step of an explanation.</summary>
/// <param name="Title">What the step does.</param>
/// <param name="Formulas">Its formulas.</param>
/// <param name="Quantities">Its results.</param>
internal sealed record Step(string Title, IReadOnlyList<Formula> Formulas, IReadOnlyList<Quantity> Quantities)
{
    /// <summary>A sentence about the step; empty if the formulas say all.</summary>
    public string Text { get; init; } = "";

    /// <summary>The first formula with numbers, for each number of the first quantity; empty if there are none.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>The index of the node of the graph that the step computes or differentiates; null if it is not about one.</summary>
    public int? Node { get; init; }
}
