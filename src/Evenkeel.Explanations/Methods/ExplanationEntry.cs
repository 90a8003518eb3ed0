namespace Evenkeel.Explanations.Methods;

/// <summary>An explanation in the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">A sentence about it.</param>
/// <param name="Settings">The numbers that it takes, beside x.</param>
/// <param name="DefaultInput">The input of the example.</param>
/// <param name="Explain">Explains the method with an input.</param>
internal sealed record ExplanationEntry(
    string Name, string Description, ExplanationSettings Settings, ExplanationInput DefaultInput, Func<ExplanationInput,
        Explanation> Explain);
