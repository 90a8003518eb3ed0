using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Measured;

/// <summary>A number in large at the top of a report.</summary>
/// <param name="Number">The number.</param>
/// <param name="Text">What it is, as a part of a sentence that begins with it.</param>
/// <param name="Series">Whose colour it has: a level such as "batch" or "none".</param>
/// <param name="Place">The level's place among those of the charts, where it has no colour of its own.</param>
internal sealed record Headline(string Number, string Text, string Series, int Place = 0);

/// <summary>A part of a report: what to see, and the charts that show it.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">What to look for, before the charts.</param>
/// <param name="Charts">The charts.</param>
internal sealed record Figure(string Heading, string Text, params IReadOnlyList<Chart> Charts);

/// <summary>A quantity in the table.</summary>
/// <param name="Quantity">The quantity, of which a run's last number counts.</param>
/// <param name="Format">How its numbers are written, such as "P1" or "G3".</param>
internal readonly record struct TableColumn(string Quantity, string Format);
