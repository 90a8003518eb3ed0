using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The steps until a model is trained, a bar per scaling: the median of the seeds, and each seed.</summary>
internal static class StepsChart
{
    /// <summary>A Vega expression that formats a number of steps on an axis.</summary>
    private const string StepsLabel =
        "datum.value >= 1e12 ? format(datum.value / 1e12, ',') + ' trillion' : datum.value >= 1e9 ? format(datum.value / 1e9, ',') + ' "
        + "billion' : datum.value >= 1e6 ? format(datum.value / 1e6, ',') + ' million' : format(datum.value, ',')";

    /// <summary>Creates the chart.</summary>
    /// <param name="rows">The descents of each scaling.</param>
    /// <param name="caption">The text above the chart.</param>
    public static CustomChart Create(IReadOnlyList<DescentResult[]> rows, string caption)
    {
        IReadOnlyList<string> scalings = FeatureScalingStudy.Scalings;
        var bars = new JsonArray([.. rows.Select(row => Bar(row, DescentSummary.Median(row)))]);
        var seeds = new JsonArray([.. rows.SelectMany(row => row).Select(run => new JsonObject
        {
            ["scaling"] = run.Scaling,
            ["seed"] = run.Seed,
            ["steps"] = run.Steps ?? run.ComputedSteps,
        })]);
        var names = new JsonArray([.. scalings.Select(scaling => JsonValue.Create(scaling))]);
        var colors = new JsonArray([.. scalings.Select((scaling, i) => JsonValue.Create(SeriesTheme.Look(scaling, i).Color))]);

        // The axis begins below 1, so that a single step is a short bar; on the right there is space for the texts.
        return new CustomChart(JsonNode.Parse(
            $$"""
            {
              "width": "container",
              "height": {{30 * Math.Max(1, rows.Count)}},
              "data": { "values": {{bars.ToJsonString()}} },
              "encoding": {
                "y": {
                  "field": "scaling", "type": "nominal", "title": null, "sort": {{names.ToJsonString()}},
                  "axis": { "domain": false, "ticks": false, "labelColor": "var(--ink)", "minExtent": 84 }
                },
                "color": {
                  "field": "scaling", "type": "nominal", "legend": null,
                  "scale": { "domain": {{names.ToJsonString()}}, "range": {{colors.ToJsonString()}} }
                }
              },
              "layer": [
                {
                  "mark": { "type": "rule", "strokeDash": [2, 3], "aria": false },
                  "encoding": {
                    "x": { "datum": {{FeatureScalingStudy.MaxSteps}}, "type": "quantitative" },
                    "y": null, "color": { "value": "var(--muted)" }
                  }
                },
                {
                  "transform": [{ "filter": "datum.computed != null" }],
                  "mark": { "type": "bar", "height": 17, "opacity": 0.3 },
                  "encoding": { "x": { "field": "counted", "type": "quantitative" }, "x2": { "field": "computed" } }
                },
                {
                  "mark": { "type": "bar", "height": 17 },
                  "encoding": {
                    "x": {
                      "field": "from", "type": "quantitative",
                      "scale": { "type": "log", "domain": [0.5, 1e15], "nice": false },
                      "title": "steps (log scale)",
                      "axis": {
                        "values": [1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12], "labelExpr": "{{StepsLabel}}",
                        "labelOverlap": "greedy", "labelSeparation": 10
                      }
                    },
                    "x2": { "field": "counted" },
                    "tooltip": [{ "field": "scaling" }, { "field": "text", "title": "steps" }]
                  }
                },
                {
                  "data": { "values": {{seeds.ToJsonString()}} },
                  "mark": {
                    "type": "point", "filled": true, "size": 26, "opacity": 1,
                    "stroke": "var(--paper)", "strokeWidth": 1, "color": "var(--ink)"
                  },
                  "encoding": {
                    "x": { "field": "steps", "type": "quantitative" },
                    "color": { "value": "var(--ink)" },
                    "tooltip": [{ "field": "scaling" }, { "field": "seed" }, { "field": "steps", "format": "," }]
                  }
                },
                {
                  "mark": { "type": "text", "align": "left", "dx": 9, "fontWeight": 600 },
                  "encoding": {
                    "x": { "field": "end", "type": "quantitative" },
                    "text": { "field": "text" },
                    "color": { "value": "var(--ink)" }
                  }
                }
              ]
            }
            """)!)
        {
            Caption = $"<p class=\"title\">{caption}</p>",
        };
    }

    private static JsonObject Bar(DescentResult[] row, DescentResult median) => new()
    {
        ["scaling"] = median.Scaling,
        ["from"] = 0.5,
        ["counted"] = median.MadeSteps,
        ["computed"] = median.Steps is null ? median.ComputedSteps : null,
        ["end"] = row.Max(run => run.Steps ?? run.ComputedSteps ?? run.MadeSteps),
        ["text"] = StepCount.Words(median.Steps ?? median.ComputedSteps),
    };
}
