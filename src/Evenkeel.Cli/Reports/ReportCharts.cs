using System.Text.Json.Nodes;
using Evenkeel.Metrics;
using Evenkeel.Studies.Charts;
using Evenkeel.Tables.Importance;
using Evenkeel.Tables.Inspection;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Cli.Reports;

/// <summary>The charts that only reports of tables have, as Vega-Lite with their data.</summary>
internal static class ReportCharts
{
    private const int MostChannels = 256;
    private const int BarStep = 20;

    /// <summary>Predicted against actual numbers, with the diagonal.</summary>
    public static JsonNode PredictedAgainstActual(PredictionPairs predictions, string label)
    {
        (double Actual, double Predicted)[] pairs =
            [.. predictions.Pairs.Where(pair => double.IsFinite(pair.Actual) && double.IsFinite(pair.Predicted))];
        double[] all = [.. pairs.SelectMany(pair => new[] { pair.Actual, pair.Predicted }).DefaultIfEmpty(0)];
        JsonNode spec = JsonNode.Parse(
            """
            {
              "width": "container", "height": 380,
              "layer": [
                {
                  "mark": { "type": "line", "color": "var(--muted)", "strokeDash": [5, 4] },
                  "encoding": {
                    "x": { "field": "both", "type": "quantitative", "scale": { "zero": false }, "axis": { "tickCount": 8 } },
                    "y": { "field": "both", "type": "quantitative", "scale": { "zero": false }, "axis": { "tickCount": 6 } }
                  }
                },
                {
                  "mark": { "type": "point", "filled": true, "size": 34, "opacity": 0.5, "color": "var(--batch)" },
                  "encoding": {
                    "x": { "field": "actual", "type": "quantitative" },
                    "y": { "field": "predicted", "type": "quantitative" },
                    "tooltip": [{ "field": "actual", "format": ".5~g" }, { "field": "predicted", "format": ".5~g" }]
                  }
                }
              ]
            }
            """)!;
        string name = ReportText.Short(label);
        SetData(spec["layer"]![0]!, new[] { all.Min(), all.Max() }.Select(both => new JsonObject { ["both"] = both }));
        SetData(spec["layer"]![1]!, pairs.Select(pair => new JsonObject { ["actual"] = pair.Actual, ["predicted"] = pair.Predicted }));
        foreach (JsonNode? layer in spec["layer"]!.AsArray())
        {
            layer!["encoding"]!["x"]!["title"] = $"actual {name}";
            layer["encoding"]!["y"]!["title"] = $"predicted {name}";
        }

        return spec;
    }

    /// <summary>Observed frequencies against predicted probabilities, with the diagonal.</summary>
    public static JsonNode Calibration(CalibrationCurve calibration, string title)
    {
        JsonNode spec = JsonNode.Parse(
            """
            {
              "width": "container", "height": 260,
              "encoding": {
                "x": {
                  "field": "probability", "type": "quantitative", "title": "predicted probability", "scale": { "domain": [0, 1] },
                  "axis": { "format": "%", "tickCount": 5, "grid": false }
                },
                "y": {
                  "field": "fraction", "type": "quantitative", "scale": { "domain": [0, 1] },
                  "axis": { "format": "%", "tickCount": 5, "minExtent": 38 }
                }
              },
              "layer": [
                {
                  "data": { "values": [{ "probability": 0, "fraction": 0 }, { "probability": 1, "fraction": 1 }] },
                  "mark": { "type": "line", "color": "var(--muted)", "strokeDash": [5, 4] }
                },
                { "mark": { "type": "line", "color": "var(--batch)", "strokeWidth": 2 } },
                {
                  "mark": { "type": "point", "filled": true, "color": "var(--batch)", "opacity": 1 },
                  "encoding": {
                    "size": { "field": "rows", "type": "quantitative", "legend": null, "scale": { "range": [24, 260] } },
                    "tooltip": [
                      { "field": "probability", "format": ".1%" }, { "field": "fraction", "format": ".1%" }, { "field": "rows" }
                    ]
                  }
                }
              ]
            }
            """)!;
        spec["encoding"]!["y"]!["title"] = title;
        SetData(spec, calibration.Bins.Where(bin => bin.Count > 0).Select(bin => new JsonObject
        {
            ["probability"] = bin.MeanProbability,
            ["fraction"] = bin.PositiveFraction,
            ["rows"] = bin.Count,
        }));
        return spec;
    }

    /// <summary>The number of rows by predicted probability.</summary>
    public static JsonNode Probabilities(CalibrationCurve calibration)
    {
        JsonNode spec = Histogram("predicted probability", "%", 260);
        spec["encoding"]!["x"]!["scale"] = new JsonObject { ["domain"] = new JsonArray(0, 1) };
        SetData(spec, calibration.Bins.Where(bin => bin.Count > 0).Select(bin => Bin(bin.Lower, bin.Upper, bin.Count)));
        return spec;
    }

    /// <summary>The number of rows by error.</summary>
    public static JsonNode Errors(DyadicHistogram errors)
    {
        JsonNode spec = Histogram("predicted − actual", "~g", 240);
        SetData(spec, errors.Counts.ToArray()
            .Select((count, i) => Bin(errors.Low + i * errors.Width, errors.Low + (i + 1) * errors.Width, count)));
        return spec;
    }

    /// <summary>The importance of columns, the first one at the top.</summary>
    public static JsonNode Importance(IReadOnlyList<ColumnImportance> columns, string title)
    {
        JsonNode spec = JsonNode.Parse(
            """
            {
              "width": "container",
              "encoding": {
                "y": {
                  "field": "name", "type": "nominal", "sort": null, "title": null,
                  "axis": { "labelLimit": 400, "domain": false, "ticks": false, "labelColor": "var(--ink)" }
                },
                "tooltip": [
                  { "field": "name", "title": "column" }, { "field": "mean", "format": ".3~f" }, { "field": "deviation", "format": ".3~f" }
                ]
              },
              "layer": [
                {
                  "mark": { "type": "bar", "color": "var(--batch)", "height": { "band": 0.7 } },
                  "encoding": { "x": { "field": "mean", "type": "quantitative", "axis": { "tickCount": 4 } } }
                },
                {
                  "mark": { "type": "rule", "color": "var(--ink)", "strokeWidth": 1.5 },
                  "encoding": { "x": { "field": "low", "type": "quantitative" }, "x2": { "field": "high" } }
                }
              ]
            }
            """)!;
        spec["height"] = BarStep * columns.Count;
        foreach (JsonNode? layer in spec["layer"]!.AsArray())
        {
            layer!["encoding"]!["x"]!["title"] = title;
        }

        IReadOnlyList<string> names = ReportText.Labels(columns.Select(column => column.Name));
        SetData(spec, columns.Select((column, i) => new JsonObject
        {
            ["name"] = names[i],
            ["mean"] = Finite(column.Mean),
            ["deviation"] = Finite(column.Deviation),
            ["low"] = Finite(column.Mean - column.Deviation),
            ["high"] = Finite(column.Mean + column.Deviation),
        }));
        return spec;
    }

    /// <summary>The coefficients of features, the first one at the top.</summary>
    /// <param name="features">The features, with one coefficient, or one per class.</param>
    /// <param name="classes">The classes to show each, if there are more than two; none for the strongest alone.</param>
    public static JsonNode Coefficients(
        IReadOnlyList<(string Feature, FeatureCoefficient[] Coefficients)> features, IReadOnlyList<string> classes)
    {
        JsonNode spec = JsonNode.Parse(
            """
            {
              "width": "container",
              "encoding": {
                "y": {
                  "field": "name", "type": "nominal", "sort": null, "title": null,
                  "axis": { "labelLimit": 400, "domain": false, "ticks": false, "labelColor": "var(--ink)", "grid": true }
                },
                "x": { "field": "value", "type": "quantitative", "title": "coefficient", "axis": { "tickCount": 4 } },
                "tooltip": [{ "field": "name", "title": "feature" }, { "field": "class" }, { "field": "value", "format": ".3~f" }]
              }
            }
            """)!;
        spec["height"] = BarStep * features.Count;
        IReadOnlyList<string> names;
        if (classes.Count > 2)
        {
            IReadOnlyList<string> labels = ReportText.Labels(classes);
            names = ReportText.Labels(features.Select(feature => ReportText.ShortFeature(feature.Feature)));
            JsonArray Looks(Func<(string Color, string Dash, string Shape), string> of) =>
                [.. labels.Select((_, i) => JsonValue.Create(of(SeriesTheme.Look("", i))))];
            JsonObject Scale(Func<(string Color, string Dash, string Shape), string> of) => new()
            {
                ["field"] = "class",
                ["type"] = "nominal",
                ["scale"] = new JsonObject
                {
                    ["domain"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]),
                    ["range"] = Looks(of),
                },
                ["legend"] = new JsonObject { ["orient"] = "top", ["title"] = null, ["labelLimit"] = 400 },
            };
            spec["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 70, ["opacity"] = 0.9 };
            spec["encoding"]!["color"] = Scale(look => look.Color);
            spec["encoding"]!["shape"] = Scale(look => look.Shape);
            spec["usermeta"] = new JsonObject { ["labels"] = labels.Max(label => label.Length) };
            SetData(spec, features.SelectMany((feature, f) => feature.Coefficients.Select((coefficient, c) => new JsonObject
            {
                ["name"] = names[f],
                ["class"] = labels[c],
                ["value"] = Finite(coefficient.Value),
            })));
            return spec;
        }

        FeatureCoefficient[] strongest =
            [.. features.Select(feature => feature.Coefficients.MaxBy(coefficient => Math.Abs(coefficient.Value))!)];
        bool isOfManyClasses = features.Any(feature => feature.Coefficients.Length > 1);
        names = ReportText.Labels(strongest.Select(coefficient => isOfManyClasses
            ? $"{ReportText.Short(coefficient.Feature, 14)}: {ReportText.Short(coefficient.Class!, 8)}"
            : ReportText.ShortFeature(coefficient.Feature)));
        spec["mark"] = new JsonObject { ["type"] = "bar", ["height"] = new JsonObject { ["band"] = 0.7 } };
        spec["encoding"]!["color"] = new JsonObject
        {
            ["condition"] = new JsonObject { ["test"] = "datum.value < 0", ["value"] = "var(--none)" },
            ["value"] = "var(--batch)",
        };
        SetData(spec, strongest.Select((coefficient, i) => new JsonObject
        {
            ["name"] = names[i],
            ["class"] = coefficient.Class is { } name ? ReportText.Short(name) : "",
            ["value"] = Finite(coefficient.Value),
        }));
        return spec;
    }

    /// <summary>The mean and standard deviation of the channels of normalization layers, before and after them.</summary>
    public static JsonNode Channels(IReadOnlyList<NormalizationEffect> layers)
    {
        JsonNode spec = JsonNode.Parse(
            """
            {
              "facet": {
                "field": "layer", "type": "nominal", "title": null, "sort": null,
                "header": { "labelAnchor": "start", "labelFontWeight": 600 }
              },
              "spec": {
                "height": 240,
                "mark": { "type": "point", "filled": true, "size": 40, "opacity": 0.7 },
                "encoding": {
                  "x": {
                    "field": "mean", "type": "quantitative", "title": "mean of the channel", "scale": { "zero": false },
                    "axis": { "tickCount": 5, "labelOverlap": "greedy" }
                  },
                  "y": {
                    "field": "deviation", "type": "quantitative", "title": "standard deviation", "scale": { "zero": true },
                    "axis": { "tickCount": 5, "minExtent": 30 }
                  },
                  "color": {
                    "field": "side", "type": "nominal",
                    "scale": { "domain": ["inputs", "outputs"], "range": ["var(--none)", "var(--batch)"] },
                    "legend": { "orient": "top", "title": null, "labelFontSize": 13, "symbolSize": 80, "symbolOpacity": 1 }
                  },
                  "shape": {
                    "field": "side", "type": "nominal", "scale": { "domain": ["inputs", "outputs"], "range": ["square", "circle"] },
                    "legend": { "orient": "top", "title": null, "labelFontSize": 13, "symbolSize": 80, "symbolOpacity": 1 }
                  },
                  "tooltip": [
                    { "field": "side" }, { "field": "channel" }, { "field": "mean", "format": ".4~g" },
                    { "field": "deviation", "format": ".4~g" }
                  ]
                }
              },
              "resolve": { "scale": { "x": "independent", "y": "independent" } }
            }
            """)!;
        int columns = Math.Min(2, layers.Count);
        spec["columns"] = columns;
        spec["usermeta"] = new JsonObject { ["labels"] = 8, ["columns"] = columns, ["margin"] = 70 * columns, ["narrowest"] = 220 };
        SetData(spec, layers.SelectMany(layer =>
            new[] { ("inputs", layer.Inputs), ("outputs", layer.Outputs) }.SelectMany(side =>
                side.Item2.Take(MostChannels).Select((moments, channel) => new JsonObject
                {
                    ["layer"] = $"{layer.Path} ({layer.Type})",
                    ["side"] = side.Item1,
                    ["channel"] = channel,
                    ["mean"] = Finite(moments.Mean),
                    ["deviation"] = Finite(Math.Sqrt(moments.PopulationVariance)),
                }))));
        return spec;
    }

    private static JsonNode Histogram(string title, string format, int height)
    {
        JsonNode spec = JsonNode.Parse(
            """
            {
              "width": "container",
              "mark": { "type": "bar", "color": "var(--batch)", "binSpacing": 1 },
              "encoding": {
                "x": { "field": "low", "type": "quantitative", "bin": "binned", "axis": { "tickCount": 6, "grid": false } },
                "x2": { "field": "high" },
                "y": {
                  "field": "rows", "type": "quantitative", "title": "rows", "axis": { "tickCount": 5, "tickMinStep": 1, "minExtent": 30 }
                },
                "tooltip": [{ "field": "low", "format": ".4~g" }, { "field": "high", "format": ".4~g" }, { "field": "rows" }]
              }
            }
            """)!;
        spec["height"] = height;
        spec["encoding"]!["x"]!["title"] = title;
        spec["encoding"]!["x"]!["axis"]!["format"] = format;
        return spec;
    }

    private static JsonObject Bin(double low, double high, long rows) => new() { ["low"] = low, ["high"] = high, ["rows"] = rows };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static void SetData(JsonNode part, IEnumerable<JsonObject> rows) =>
        part["data"] = new JsonObject { ["values"] = new JsonArray([.. rows]) };
}
