using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>How far the loss is above the least possible, over the steps: a line per scaling and seed.</summary>
internal static class LossCurvesChart
{
    public static JsonNode Spec(FeatureScalingSettings settings, string table) => JsonNode.Parse(
        $$"""
        {
          "width": "container",
          "height": 270,
          "data": { "name": "runs" },
          "transform": [
            { "filter": "datum.table == '{{table}}'" },
            { "flatten": ["loss"], "as": ["point"] },
            { "calculate": "datum.point.loss / datum.least_loss - 1", "as": "excess" },
            { "filter": "datum.point.step > 0" }
          ],
          "layer": [
            { "mark": { "type": "rule", "strokeDash": [2, 3] }, "encoding": { "y": { "datum": {{Tolerance(settings)}} } } },
            {
              "mark": { "type": "line", "strokeWidth": 2, "clip": true },
              "encoding": {
                "x": {
                  "field": "point.step", "type": "quantitative", "title": "steps (log scale)",
                  "scale": { "type": "log", "domain": [1, {{settings.MaxSteps}}], "nice": false },
                  "axis": { "values": [1, 10, 100, 1000, 10000, 100000, 1000000], "labelExpr": "{{StepsChart.StepsLabel}}", "grid": false, "labelFlush": true, "labelOverlap": "greedy", "labelSeparation": 6 }
                },
                "y": {
                  "field": "excess", "type": "quantitative", "title": "loss above the least (log scale)",
                  "scale": { "type": "log", "domain": [0.003, 1000], "nice": false },
                  "axis": { "values": [0.01, 0.1, 1, 10, 100, 1000], "labelExpr": "datum.value < 1 ? format(datum.value, '.0%') : format(datum.value, ',') + ' ×'" }
                },
                "color": {{ScalingTheme.Color(settings.Scalings)}},
                "strokeDash": {{ScalingTheme.Dash(settings.Scalings)}},
                "detail": { "field": "seed" },
                "tooltip": [{ "field": "scaling" }, { "field": "seed" }]
              }
            }
          ]
        }
        """)!;

    private static string Tolerance(FeatureScalingSettings settings) =>
        settings.Tolerance.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
