using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The standard deviation of each layer's activations, at the start and the end: a line per network, seed 0.</summary>
internal static class ActivationSpreadChart
{
    public static JsonNode Spec() => JsonNode.Parse(
        $$"""
        {
          "usermeta": { "columns": 2, "margin": 80, "narrowest": 220 },
          "data": { "name": "runs" },
          "transform": [
            { "filter": "datum.seed == 0" },
            { "fold": ["at_start", "at_end"], "as": ["time", "layers"] },
            { "flatten": ["layers"], "as": ["layer"] },
            { "filter": "datum.layer && datum.layer.standard_deviation > 0" }
          ],
          "columns": 2,
          "facet": {
            "field": "time", "type": "nominal", "title": null, "sort": ["at_start", "at_end"],
            "header": { "labelExpr": "datum.value == 'at_start' ? 'before the first update' : 'after the last update'", "labelAnchor": "start" }
          },
          "spec": {
            "height": 220,
            "mark": { "type": "line", "point": { "size": 16, "filled": true } },
            "encoding": {
              "x": { "field": "layer.layer", "type": "ordinal", "title": "hidden layer", "axis": { "labelAngle": 0 }, "scale": { "type": "point", "padding": 0.2 } },
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
                { "field": "scale", "title": "initial scale", "format": ".2~r" },
                { "field": "normalization" },
                { "field": "layer.layer", "title": "hidden layer" },
                { "field": "layer.standard_deviation", "title": "standard deviation", "format": ".3~g" }
              ]
            }
          },
          "params": [{ "name": "chosenScale", "value": null }]
        }
        """)!;
}
