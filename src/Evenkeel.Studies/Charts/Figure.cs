namespace Evenkeel.Studies.Charts;

/// <summary>A part of a report: what to see, and the charts that show it.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">What to look for, before the charts.</param>
/// <param name="Charts">The charts.</param>
internal sealed record Figure(string Heading, string Text, params IReadOnlyList<Chart> Charts);
