using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>
/// The mean final accuracy at each initial scale with each normalization, as numbers on a colour. The report's script turns it where the
/// page is too narrow for a row of all scales.
/// </summary>
internal static class AccuracyHeatMap
{
    /// <summary>Creates the chart.</summary>
    /// <param name="scales">The initial scales.</param>
    public static CustomChart Create(IEnumerable<double> scales) => new(JsonNode.Parse(
        $$"""
        {
          "data": { "name": "runs" },
          "transform": [
            { "flatten": ["points"], "as": ["point"] },
            { "filter": "datum.point.quantity == '{{InitScaleStudy.Final}}'" },
            { "calculate": "toNumber(datum.conditions.scale)", "as": "scale" },
            { "calculate": "datum.conditions.normalization", "as": "normalization" },
            { "calculate": "datum.point.value", "as": "value" },
            { "aggregate": [{ "op": "mean", "field": "value", "as": "mean" }], "groupby": ["scale", "normalization"] }
          ],
          "width": "container",
          "height": 76,
          "encoding": {
            "x": {
              "field": "scale", "type": "ordinal",
              "title": "standard deviation of the initial weights",
              "scale": { "domain": [{{string.Join(", ", scales.Order().Select(scale => Invariant($"{scale}")))}}] },
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
                "color": {
                  "condition": { "test": "luminance(scale('color', datum.mean)) > 0.179", "value": "#000000" },
                  "value": "#ffffff"
                }
              }
            }
          ]
        }
        """)!)
    {
        Attributes = " data-turned",
    };
}
