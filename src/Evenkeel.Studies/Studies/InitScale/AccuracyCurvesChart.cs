using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The accuracy over the updates, one small chart per initial scale: the seeds' mean and their range.</summary>
internal static class AccuracyCurvesChart
{
    public static JsonNode Spec(InitScaleSettings settings)
    {
        string band = settings.Seeds < 2 ? "" :
            """
            {
              "mark": { "type": "area", "opacity": 0.2 },
              "encoding": {
                "y": { "field": "point.train_accuracy", "aggregate": "min" },
                "y2": { "field": "point.train_accuracy", "aggregate": "max" }
              }
            },
            """;

        return JsonNode.Parse(
            $$"""
            {
              "usermeta": { "columns": 4, "margin": 52, "narrowest": 120 },
              "data": { "name": "runs" },
              "transform": [{ "flatten": ["accuracy"], "as": ["point"] }],
              "columns": 4,
              "facet": {
                "field": "scale", "type": "ordinal", "title": null,
                "header": { "labelExpr": "'scale ' + {{ChartTheme.ScaleLabel("datum.value")}}", "labelAnchor": "start" }
              },
              "spec": {
                "height": 104,
                "encoding": {
                  "x": {
                    "field": "point.update", "type": "quantitative", "title": "updates",
                    "scale": { "nice": false },
                    "axis": { "tickCount": 3, "grid": false, "labelFlush": true, "labelOverlap": "greedy", "labelSeparation": 8 }
                  },
                  "color": {{ChartTheme.NormalizationColor}}
                },
                "layer": [
                  {{band}}
                  {
                    "mark": { "type": "line", "strokeWidth": 2 },
                    "encoding": {
                      "y": {
                        "field": "point.train_accuracy", "aggregate": "mean", "type": "quantitative",
                        "scale": { "domain": [0, 1.04], "nice": false },
                        "title": null,
                        "axis": { "format": "%", "values": [0, 0.5, 1], "domain": false, "ticks": false }
                      },
                      "strokeDash": {{ChartTheme.NormalizationDash}}
                    }
                  }
                ]
              }
            }
            """)!;
    }
}
