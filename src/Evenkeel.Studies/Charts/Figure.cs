namespace Evenkeel.Studies.Charts;

/// <summary>A section of a report: what to look for, and the charts that show it.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">What to look for, shown before the charts.</param>
/// <param name="Charts">The charts.</param>
internal sealed record Figure(string Heading, string Text, params IReadOnlyList<IChart> Charts)
{
    /// <summary>True to show the charts side by side, if there is space.</summary>
    public bool SideBySide { get; init; }

    /// <summary>HTML between text and charts, such as a choice of what to show.</summary>
    public string Controls { get; init; } = "";
}
