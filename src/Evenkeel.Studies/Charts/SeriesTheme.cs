namespace Evenkeel.Studies.Charts;

/// <summary>The colours (after Okabe and Ito's), dashes and shapes of series, the same in every chart.</summary>
internal static class SeriesTheme
{
    private static readonly (string Color, string Dash, string Shape)[] Others =
    [
        ("var(--green)", "[8, 2]", "triangle-up"),
        ("var(--purple)", "[2, 2]", "diamond"),
        ("var(--ink)", "[6, 2, 2, 2]", "cross"),
        ("var(--orange)", "[3, 1]", "triangle-down"),
        ("var(--sky)", "[1, 3]", "triangle-right"),
        ("var(--muted)", "[10, 4]", "triangle-left"),
    ];

    private static readonly string[] Fixed = ["layer", "group", "renorm", "instance", "cross-iteration", "dropout"];

    /// <summary>Scalings between raw and standardized features, which are compared; they differ in dashes and shapes alone.</summary>
    private static readonly string[] Between = ["zero-mean", "unit-variance", "max-abs", "min-max", "robust"];

    /// <summary>Returns the look of a level: fixed for known names, by index for others.</summary>
    /// <param name="level">The level.</param>
    /// <param name="place">The index of the level.</param>
    public static (string Color, string Dash, string Shape) Look(string level, int place) => level switch
    {
        "batch" or "standard" => ("var(--batch)", "[1, 0]", "circle"),
        "none" or "raw" => ("var(--none)", "[5, 3]", "square"),
        _ when Array.IndexOf(Between, level) is var between and >= 0 => Others[between] with { Color = "var(--muted)" },
        _ => Others[(Array.IndexOf(Fixed, level) is var known and >= 0 ? known : place) % Others.Length],
    };

    /// <summary>The text of a level in a legend.</summary>
    public static string Label(string level) => level switch
    {
        "batch" => "with batch normalization",
        "none" => "without",
        "layer" => "layer normalization",
        "group" => "group normalization",
        "renorm" => "Batch Renormalization",
        _ => level,
    };
}
