namespace Evenkeel.Studies.Harness;

/// <summary>A number at the top of a report.</summary>
/// <param name="Number">The number.</param>
/// <param name="Text">The rest of a sentence that begins with the number.</param>
/// <param name="Series">The level whose colour it has, such as "batch" or "none".</param>
/// <param name="Place">The level's index in the charts, if it has no colour of its own.</param>
internal sealed record Headline(string Number, string Text, string Series, int Place = 0);
