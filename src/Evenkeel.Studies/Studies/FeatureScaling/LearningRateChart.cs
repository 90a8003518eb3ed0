using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The steps until a model is trained over the learning rate, computed from the curvatures: a line per scaling and seed.</summary>
internal static class LearningRateChart
{
    private const double Lowest = 1e-12;

    /// <summary>Learning rates as fractions of the one from which on a descent diverges; small ones lie on a straight line.</summary>
    private static readonly double[] Fractions =
        [0.001, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9999, 0.99999];

    public static JsonNode Spec(FeatureScalingSettings settings, FeatureScalingResults results, string table)
    {
        FeatureScalingRun[] runs = [.. results.Runs.Where(run => run.Table == table)];
        var lines = new JsonArray(
        [
            .. from run in runs
               let limit = 2 / run.Curvatures[^1].Value
               from rate in Fractions.Select(fraction => fraction * limit).Append(run.LearningRate).Append(Lowest).Order()
               where rate >= Lowest
               let steps = Curvature.Steps(run.Curvatures, rate, settings.Tolerance * run.LeastLoss)
               where steps > 0
               select new JsonObject
               {
                   ["scaling"] = run.Scaling, ["seed"] = run.Seed, ["rate"] = rate, ["steps"] = steps, ["best"] = rate == run.LearningRate,
               },
        ]);
        return JsonNode.Parse(
            $$"""
            {
              "width": "container",
              "height": 270,
              "data": { "values": {{lines.ToJsonString()}} },
              "encoding": {
                "x": {
                  "field": "rate", "type": "quantitative", "title": "learning rate (log scale)",
                  "scale": { "type": "log", "domain": [1e-12, 1], "nice": false },
                  "axis": { "values": [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1], "labelExpr": "datum.value < 0.001 ? format(datum.value, '.0e') : format(datum.value, '.2~f')", "grid": false, "labelFlush": true }
                },
                "y": {
                  "field": "steps", "type": "quantitative", "title": "steps (log scale)",
                  "scale": { "type": "log", "domain": [1, 1e14], "nice": false },
                  "axis": { "values": [1, 1e3, 1e6, 1e9, 1e12], "labelExpr": "{{StepsChart.StepsLabel}}" }
                },
                "color": {{ScalingTheme.Color(settings.Scalings)}},
                "detail": { "field": "seed" },
                "tooltip": [{ "field": "scaling" }, { "field": "seed" }, { "field": "rate", "format": ".2~g" }, { "field": "steps", "format": "," }]
              },
              "layer": [
                { "mark": { "type": "line", "strokeWidth": 2, "clip": true }, "encoding": { "strokeDash": {{ScalingTheme.Dash(settings.Scalings)}} } },
                {
                  "transform": [{ "filter": "datum.best" }],
                  "mark": { "type": "point", "filled": true, "size": 40, "opacity": 1 }
                }
              ]
            }
            """)!;
    }
}
