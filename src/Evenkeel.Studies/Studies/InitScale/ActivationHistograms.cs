using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>
/// One network's activations, layer by layer, on one common axis. The report's script fills the data set "bins" for the chosen scale:
/// rows of panel (the lines above it, divided by |), from, to, and height from 0 to 1.
/// </summary>
internal static class ActivationHistograms
{
    /// <summary>Creates the chart.</summary>
    /// <param name="normalization">The network's normalization, "batch" or "none".</param>
    /// <param name="time">The quantity of the histograms.</param>
    public static CustomChart Create(string normalization, string time)
    {
        string color = $"var(--{normalization})", with = normalization == StudyNetworks.Batch ? "with" : "without";
        return new CustomChart(Spec(color))
        {
            Caption = $"""<p class="title"><span class="{with}">{with} batch normalization</span> <span>{time}</span></p>""",
            Attributes = $" data-normalization=\"{normalization}\" data-time=\"{time}\" data-scaled",
        };
    }

    private static JsonNode Spec(string color) => JsonNode.Parse(
        $$"""
        {
          "usermeta": { "columns": 5, "margin": 12, "narrowest": 60 },
          "data": { "name": "bins" },
          "columns": 5,
          "facet": {
            "field": "panel", "type": "nominal", "title": null,
            "header": { "labelExpr": "split(datum.value, '|')", "labelAnchor": "start", "labelFontSize": 11.5, "labelLineHeight": 15 }
          },
          "spec": {
            "height": 72,
            "mark": { "type": "bar", "color": "{{color}}", "stroke": "{{color}}", "strokeWidth": 0.5, "clip": true },
            "encoding": {
              "x": {
                "field": "from", "type": "quantitative", "title": null,
                "scale": { "nice": false, "zero": true },
                "axis": {
                  "labelExpr": "{{ChartTheme.NumberLabel("datum.value")}}", "tickCount": 3, "grid": false, "labelFontSize": 11,
                  "labelFlush": true
                }
              },
              "x2": { "field": "to" },
              "y": { "field": "height", "type": "quantitative", "scale": { "domain": [0, 1] }, "stack": null, "axis": null },
              "y2": { "datum": 0 }
            }
          }
        }
        """)!;
}
