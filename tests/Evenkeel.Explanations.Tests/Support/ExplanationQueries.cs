namespace Evenkeel.Explanations.Tests.Support;

/// <summary>Finds parts of an explanation.</summary>
internal static class ExplanationQueries
{
    /// <summary>All quantities, each with its section.</summary>
    public static IEnumerable<(Section Section, Quantity Quantity)> Quantities(this Explanation explanation) =>
        from section in explanation.Sections
        from step in section.Steps
        from quantity in step.Quantities
        select (section, quantity);

    /// <summary>The section of a title.</summary>
    public static Section Section(this Explanation explanation, string title) =>
        explanation.Sections.Single(section => section.Title == title);

    /// <summary>The section of a kind.</summary>
    public static Section Section(this Explanation explanation, SectionKind kind) =>
        explanation.Sections.Single(section => section.Kind == kind);

    /// <summary>The numbers of a symbol of a section, each time that it has the symbol.</summary>
    public static IReadOnlyList<double[]> Values(this Section section, string symbol) =>
    [
        .. section.Steps.SelectMany(step => step.Quantities).Where(quantity => quantity.Symbol.Tex == symbol)
            .Select(quantity => quantity.Values),
    ];
}
