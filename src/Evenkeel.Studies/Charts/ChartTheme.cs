using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Charts;

/// <summary>The look of all charts. Colours are variables of report.css, which follow its light and dark themes.</summary>
internal static class ChartTheme
{
    /// <summary>The colour scale of normalizations: the page's two, which are Okabe and Ito's.</summary>
    public const string NormalizationColor =
        """
        {
          "field": "conditions.normalization", "type": "nominal", "legend": null,
          "scale": { "domain": ["batch", "none"], "range": ["var(--batch)", "var(--none)"] }
        }
        """;

    /// <summary>The dash scale of normalizations: "none" is dashed, so that the two differ without colour.</summary>
    public const string NormalizationDash =
        """
        {
          "field": "conditions.normalization", "type": "nominal", "legend": null,
          "scale": { "domain": ["batch", "none"], "range": [[1, 0], [5, 3]] }
        }
        """;

    /// <summary>A Vega expression that formats an initial scale.</summary>
    public static string ScaleLabel(string value) => $"format({value}, '.2~r')";

    /// <summary>A Vega expression that formats a number of unknown size.</summary>
    public static string NumberLabel(string value) =>
        $"{value} == 0 ? '0' : abs({value}) < 0.001 || abs({value}) >= 10000 ? format({value}, '.0e') : format({value}, '.3~r')";

    /// <summary>Vega-Lite's configuration.</summary>
    /// <remarks>The font is spelled out as in report.css: Vega measures text with it, where variables mean nothing.</remarks>
    public static JsonNode Config => JsonNode.Parse(
        """
        {
          "background": "transparent",
          "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
          "view": { "stroke": null },
          "axis": {
            "labelColor": "var(--muted)", "titleColor": "var(--ink)", "gridColor": "var(--grid)",
            "domainColor": "var(--rule)", "tickColor": "var(--rule)",
            "labelFontSize": 12, "titleFontSize": 12.5, "titleFontWeight": 500, "titlePadding": 8, "tickSize": 4
          },
          "header": {
            "labelColor": "var(--ink)", "titleColor": "var(--ink)",
            "labelFontSize": 12, "titleFontSize": 12.5, "titleFontWeight": 500, "labelPadding": 6
          },
          "legend": { "labelColor": "var(--ink)", "titleColor": "var(--ink)" },
          "facet": { "spacing": 16 },
          "text": { "color": "var(--muted)", "fontSize": 12 },
          "rule": { "color": "var(--muted)" }
        }
        """)!;
}
