using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The mean final accuracy of each initial scale and normalization, as numbers on a colour.</summary>
internal static class AccuracyHeatMap
{
    public static JsonNode Spec(InitScaleSettings settings) => JsonNode.Parse(
        $$"""
        {
          "data": { "name": "runs" },
          "transform": [
            { "calculate": "peek(datum.accuracy).train_accuracy", "as": "final" },
            { "aggregate": [{ "op": "mean", "field": "final", "as": "mean" }], "groupby": ["scale", "normalization"] }
          ],
          "width": "container",
          "height": 76,
          "encoding": {
            "x": {
              "field": "scale", "type": "ordinal",
              "title": "standard deviation of the initial weights",
              "scale": { "domain": [{{string.Join(", ", settings.Scales.Order().Select(s => s.ToString(CultureInfo.InvariantCulture)))}}] },
              "axis": { "labelExpr": "{{ChartTheme.ScaleLabel("datum.value")}}", "labelAngle": -45, "domain": false, "ticks": false }
            },
            "y": {
              "field": "normalization", "type": "nominal", "title": null,
              "axis": { "labelExpr": "datum.value == 'batch' ? 'with' : 'without'", "domain": false, "ticks": false, "minExtent": 60 }
            }
          },
          "layer": [
            {
              "mark": { "type": "rect", "stroke": "var(--paper)", "strokeWidth": 2 },
              "encoding": {
                "color": {
                  "field": "mean", "type": "quantitative", "legend": null,
                  "scale": { "scheme": "cividis", "domain": [0, 1] }
                },
                "tooltip": [
                  { "field": "scale", "title": "initial scale", "format": ".2~r" },
                  { "field": "normalization" },
                  { "field": "mean", "title": "mean train accuracy", "format": ".1%" }
                ]
              }
            },
            {
              "mark": { "type": "text", "fontSize": 11.5 },
              "encoding": {
                "text": { "field": "mean", "format": ".0%" },
                "color": { "condition": { "test": "datum.mean > 0.5", "value": "#111111" }, "value": "#ffffff" }
              }
            }
          ]
        }
        """)!;
}
