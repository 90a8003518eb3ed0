namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>How each scaling looks in charts. Colours are the page's; the dashes tell them apart in print and for every eye.</summary>
internal static class ScalingTheme
{
    private static readonly (string Name, string Color, int[] Dash)[] Looks =
    [
        (FeatureScalingStudy.Raw, "var(--none)", [1, 0]),
        ("zero-mean", "var(--orange)", [7, 3]),
        ("unit-variance", "var(--purple)", [2, 2]),
        ("max-abs", "var(--sky)", [7, 3, 2, 3]),
        ("min-max", "var(--green)", [4, 3]),
        ("robust", "var(--muted)", [10, 3]),
        (FeatureScalingStudy.Standard, "var(--batch)", [1, 0]),
    ];

    /// <summary>The colour scale.</summary>
    public static string Color(IReadOnlyList<string> scalings) =>
        $$"""{ "field": "scaling", "type": "nominal", "legend": null, "scale": { "domain": [{{Names(scalings)}}], "range": [{{string.Join(", ", scalings.Select(s => $"\"{ColorOf(s)}\""))}}] } }""";

    /// <summary>The scale of dashes.</summary>
    public static string Dash(IReadOnlyList<string> scalings) =>
        $$"""{ "field": "scaling", "type": "nominal", "legend": null, "scale": { "domain": [{{Names(scalings)}}], "range": [{{string.Join(", ", scalings.Select(s => $"[{string.Join(", ", Look(s).Dash)}]"))}}] } }""";

    /// <summary>The names, as they stand in a chart's list.</summary>
    public static string Names(IReadOnlyList<string> scalings) => string.Join(", ", scalings.Select(s => $"\"{s}\""));

    /// <summary>A legend, as HTML.</summary>
    public static string Legend(IReadOnlyList<string> scalings) =>
        $"""
        <p class="legend" aria-hidden="true">
        {string.Join('\n', scalings.Select(s => $"<span><svg viewBox=\"0 0 34 12\"><path d=\"M0 6h34\" stroke=\"{ColorOf(s)}\" stroke-width=\"3\" stroke-dasharray=\"{string.Join(' ', Look(s).Dash)}\"/></svg>{s}</span>"))}
        </p>
        """;

    private static string ColorOf(string scaling) => Look(scaling).Color;

    private static (string Name, string Color, int[] Dash) Look(string scaling) => Looks.Single(look => look.Name == scaling);
}
