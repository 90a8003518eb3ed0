using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The standard deviation of each layer's activations, before and after training: a line per network of seed 0.</summary>
internal static class ActivationSpread
{
    private const string Legend =
        """
        <p class="legend" aria-hidden="true">
        <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--batch)" stroke-width="3"/></svg>with batch normalization</span>
        <span><svg viewBox="0 0 34 12"><path d="M0 6h34" stroke="var(--none)" stroke-width="3" stroke-dasharray="6 4"/></svg>without</span>
        </p>
        """;

    /// <summary>Creates the chart; the report's script sets its parameter "chosenScale".</summary>
    public static CustomChart Create() => new(JsonNode.Parse(
        $$"""
        {
          "usermeta": { "columns": 2, "margin": 80, "narrowest": 220 },
          "data": { "name": "runs" },
          "transform": [
            { "filter": "isValid(datum.histograms)" },
            { "calculate": "datum.conditions.scale", "as": "scale" },
            { "calculate": "datum.conditions.normalization", "as": "normalization" },
            { "flatten": ["histograms"], "as": ["layer"] },
            { "filter": "datum.layer.standard_deviation > 0" }
          ],
          "columns": 2,
          "facet": {
            "field": "layer.quantity", "type": "nominal", "title": null, "sort": ["{{InitScaleStudy.AtStart}}", "{{InitScaleStudy.AtEnd}}"],
            "header": { "labelAnchor": "start" }
          },
          "spec": {
            "height": 220,
            "mark": { "type": "line", "point": { "size": 16, "filled": true } },
            "encoding": {
              "x": {
                "field": "layer.x", "type": "ordinal", "title": "hidden layer",
                "axis": { "labelAngle": 0 }, "scale": { "type": "point", "padding": 0.2 }
              },
              "y": {
                "field": "layer.standard_deviation", "type": "quantitative", "scale": { "type": "log" },
                "title": "standard deviation (log scale)",
                "axis": { "labelExpr": "{{ChartTheme.NumberLabel("datum.value")}}", "tickCount": 6 }
              },
              "detail": { "field": "scale" },
              "color": {{ChartTheme.NormalizationColor}},
              "strokeDash": {{ChartTheme.NormalizationDash}},
              "strokeWidth": { "condition": { "test": "datum.scale == chosenScale", "value": 3.5 }, "value": 1.2 },
              "opacity": { "condition": { "test": "datum.scale == chosenScale", "value": 1 }, "value": 0.45 },
              "tooltip": [
                { "field": "scale", "title": "initial scale" },
                { "field": "normalization" },
                { "field": "layer.x", "title": "hidden layer" },
                { "field": "layer.standard_deviation", "title": "standard deviation", "format": ".3~g" }
              ]
            }
          },
          "params": [{ "name": "chosenScale", "value": null }]
        }
        """)!)
    {
        Caption = Legend,
        Attributes = " data-scaled",
    };
}
