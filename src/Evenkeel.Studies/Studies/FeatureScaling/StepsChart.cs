using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The steps until a model is trained, a bar per scaling: the seeds' median, and each seed.</summary>
internal static class StepsChart
{
    /// <summary>How a number of steps is written on an axis, as a Vega expression.</summary>
    public const string StepsLabel =
        "datum.value >= 1e12 ? format(datum.value / 1e12, ',') + ' trillion' : datum.value >= 1e9 ? format(datum.value / 1e9, ',') + ' "
        + "billion' : datum.value >= 1e6 ? format(datum.value / 1e6, ',') + ' million' : format(datum.value, ',')";

    public static JsonNode Spec(FeatureScalingSettings settings, FeatureScalingSummary summary, string table)
    {
        FeatureScalingRow[] rows = [.. summary.Rows.Where(row => row.Table == table)];
        var bars = new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["scaling"] = row.Scaling,
            ["from"] = 0.5,
            ["counted"] = row.Steps ?? settings.MaxSteps,
            ["computed"] = row.Steps is null ? row.ComputedSteps : null,
            ["end"] = row.Runs.Max(run => run.Steps ?? run.ComputedSteps ?? settings.MaxSteps),
            ["text"] = StepCount.Words(row.Steps ?? row.ComputedSteps),
        })]);
        var seeds = new JsonArray([.. rows.SelectMany(row => row.Runs).Select(run => new JsonObject
        {
            ["scaling"] = run.Scaling,
            ["seed"] = run.Seed,
            ["steps"] = run.Steps ?? run.ComputedSteps,
        })]);

        // The axis begins below 1, where a single step is a short bar, and not none; on the right there is room for the texts.
        string y =
            $$"""
            {
              "field": "scaling", "type": "nominal", "title": null, "sort": [{{ScalingTheme.Names(settings.Scalings)}}],
              "axis": { "domain": false, "ticks": false, "labelColor": "var(--ink)", "minExtent": 84 }
            }
            """;

        return JsonNode.Parse(
            $$"""
            {
              "width": "container",
              "height": {{30 * Math.Max(1, rows.Length)}},
              "data": { "values": {{bars.ToJsonString()}} },
              "encoding": { "y": {{y}}, "color": {{ScalingTheme.Color(settings.Scalings)}} },
              "layer": [
                {
                  "mark": { "type": "rule", "strokeDash": [2, 3] },
                  "encoding": { "x": { "datum": {{settings.MaxSteps}}, "type": "quantitative" }, "y": null, "color": { "value": "var(--rule)" } }
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
                      "axis": { "values": [1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12], "labelExpr": "{{StepsLabel}}", "labelOverlap": "greedy", "labelSeparation": 10 }
                    },
                    "x2": { "field": "counted" },
                    "tooltip": [{ "field": "scaling" }, { "field": "text", "title": "steps" }]
                  }
                },
                {
                  "data": { "values": {{seeds.ToJsonString()}} },
                  "mark": { "type": "point", "filled": true, "size": 26, "opacity": 1, "stroke": "var(--paper)", "strokeWidth": 1, "color": "var(--ink)" },
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
            """)!;
    }
}
