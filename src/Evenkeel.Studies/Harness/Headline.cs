namespace Evenkeel.Studies.Harness;

/// <summary>A number in large at the top of a report.</summary>
/// <param name="Number">The number.</param>
/// <param name="Text">What it is, as a part of a sentence that begins with it.</param>
/// <param name="Series">Whose colour it has: a level such as "batch" or "none".</param>
/// <param name="Place">The level's place among those of the charts, where it has no colour of its own.</param>
internal sealed record Headline(string Number, string Text, string Series, int Place = 0);
