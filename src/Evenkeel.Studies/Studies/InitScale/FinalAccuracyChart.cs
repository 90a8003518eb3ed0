using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The accuracy after the last update over the initial scale: the seeds' mean, their range, and each seed.</summary>
internal static class FinalAccuracyChart
{
    public static JsonNode Spec(InitScaleSettings settings)
    {
        // What the layers' width alone would recommend for ReLU (He et al. 2015): where plain networks can be expected to learn.
        string recommended = Number(Math.Sqrt(2.0 / settings.Width));
        string guessing = Number(1.0 / settings.Classes);
        string decades = string.Join(", ", Decades(settings.Scales));
        string band = settings.Seeds < 2 ? "" :
            """
            {
              "mark": { "type": "area", "opacity": 0.2 },
              "encoding": {
                "y": { "field": "final", "aggregate": "min" },
                "y2": { "field": "final", "aggregate": "max" }
              }
            },
            """;

        return JsonNode.Parse(
            $$"""
            {
              "data": { "name": "runs" },
              "transform": [{ "calculate": "peek(datum.accuracy).train_accuracy", "as": "final" }],
              "width": "container",
              "height": 320,
              "layer": [
                {
                  "data": { "values": [{ "x": {{recommended}}, "text": "He: √(2/width)" }] },
                  "encoding": { "x": { "field": "x", "type": "quantitative" } },
                  "layer": [
                    { "mark": { "type": "rule", "strokeDash": [2, 3] } },
                    {
                      "mark": { "type": "text", "align": "left", "baseline": "middle", "dx": 6 },
                      "encoding": { "text": { "field": "text" }, "y": { "value": { "expr": "height * 0.7" } } }
                    }
                  ]
                },
                {
                  "data": { "values": [{ "y": {{guessing}}, "text": "guessing" }] },
                  "encoding": { "y": { "field": "y", "type": "quantitative" } },
                  "layer": [
                    { "mark": { "type": "rule", "strokeDash": [2, 3] } },
                    {
                      "mark": { "type": "text", "baseline": "top", "dy": 5 },
                      "encoding": { "text": { "field": "text" }, "x": { "value": { "expr": "width / 2" } } }
                    }
                  ]
                },
                {
                  "encoding": {
                    "x": {
                      "field": "scale", "type": "quantitative",
                      "scale": { "type": "log", "nice": false, "domain": [{{Number(settings.Scales.Min())}}, {{Number(settings.Scales.Max())}}] },
                      "title": "standard deviation of the initial weights (log scale)",
                      "axis": { "labelExpr": "{{ChartTheme.ScaleLabel("datum.value")}}", "values": [{{decades}}], "grid": false }
                    },
                    "color": {{ChartTheme.NormalizationColor}}
                  },
                  "layer": [
                    {{band}}
                    {
                      "mark": { "type": "line", "strokeWidth": 2.5 },
                      "encoding": {
                        "y": {
                          "field": "final", "aggregate": "mean", "type": "quantitative",
                          "scale": { "domain": [0, 1.02], "nice": false },
                          "title": "final train accuracy",
                          "axis": { "format": "%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1], "minExtent": 38 }
                        },
                        "strokeDash": {{ChartTheme.NormalizationDash}}
                      }
                    },
                    {
                      "mark": { "type": "point", "filled": true, "size": 34, "opacity": 0.9 },
                      "encoding": {
                        "y": { "field": "final", "type": "quantitative" },
                        "shape": {
                          "field": "normalization", "type": "nominal", "legend": null,
                          "scale": { "domain": ["batch", "none"], "range": ["circle", "square"] }
                        },
                        "tooltip": [
                          { "field": "scale", "title": "initial scale", "format": ".2~r" },
                          { "field": "normalization" },
                          { "field": "seed" },
                          { "field": "final", "title": "train accuracy", "format": ".1%" }
                        ]
                      }
                    }
                  ]
                }
              ]
            }
            """)!;
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Decades(IReadOnlyList<double> scales) =>
        Enumerable.Range(-30, 61)
            .Where(power => Math.Pow(10, power) >= scales.Min() * 0.999 && Math.Pow(10, power) <= scales.Max() * 1.001)
            .Select(power => string.Create(CultureInfo.InvariantCulture, $"1e{power}"));
}
