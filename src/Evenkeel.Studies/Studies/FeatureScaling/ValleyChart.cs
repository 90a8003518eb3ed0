using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A descent's path over the contours of the loss, in the plane of two weights.</summary>
internal static class ValleyChart
{
    private const int Side = 222;
    private const int ContourPoints = 81;

    /// <summary>The contours, as fractions of the initial loss above the lowest; each lies inside the one before.</summary>
    private static readonly double[] Levels = [16.0 / 9, 1, 4.0 / 9, 1.0 / 9, 1.0 / 36];

    /// <summary>The length of an ellipse of <see cref="Stretched"/> over its height.</summary>
    public const int DrawnElongation = 4;

    /// <summary>The whole plane, stretched across the valley until its ellipses can be seen.</summary>
    public static CustomChart Stretched(WeightPlane plane, string color, string caption)
    {
        (double reach1, double reach2) = Reach(plane);
        return Spec(
            plane,
            (plane.Optimum1 - reach1, plane.Optimum1 + reach1),
            (plane.Optimum2 - DrawnElongation * reach2, plane.Optimum2 + DrawnElongation * reach2),
            floor: 0,
            "weight of x₁",
            "weight of x₂",
            "~r",
            color,
            caption);
    }

    /// <summary>The whole plane of weights that have the same unit.</summary>
    public static CustomChart ToScaleWhole(WeightPlane plane, string color, string caption)
    {
        (double reach1, double reach2) = Reach(plane);
        double reach = Math.Max(reach1, reach2);
        return Spec(
            plane,
            (plane.Optimum1 - reach, plane.Optimum1 + reach),
            (plane.Optimum2 - reach, plane.Optimum2 + reach),
            floor: 0,
            "weight of x₁",
            "weight of x₂ (same unit)",
            ".3~r",
            color,
            caption);
    }

    /// <summary>How many times as long as wide the ellipses are.</summary>
    public static double Elongation(WeightPlane plane)
    {
        (double Value, double[])[] curvatures = SymmetricMatrix.Eigen(new[,] { { plane.H11, plane.H12 }, { plane.H12, plane.H22 } });
        return Math.Sqrt(curvatures[1].Value / curvatures[0].Value);
    }

    /// <summary>The plane with one unit for both weights: its whole width, and no more of its length.</summary>
    public static CustomChart ToScale(WeightPlane plane, string color, string caption)
    {
        (double low2, double high2) = Height(plane);
        double width = high2 - low2;
        double floor = 0.5 * (plane.H11 - plane.H12 * plane.H12 / plane.H22) * plane.Optimum1 * plane.Optimum1;
        return Spec(
            plane,
            (-0.08 * width, 0.92 * width),
            (low2, high2),
            floor,
            "weight of x₁",
            "weight of x₂ (same unit)",
            "~r",
            color,
            caption);
    }

    /// <summary>The number of pictures like <see cref="ToScale"/> between the start and the optimum.</summary>
    public static double PicturesToOptimum(WeightPlane plane)
    {
        (double low2, double high2) = Height(plane);
        return Math.Abs(plane.Optimum1) / (high2 - low2);
    }

    private static (double Low, double High) Height(WeightPlane plane)
    {
        double scale1 = Math.Sqrt(plane.H11 / 2), scale2 = Math.Sqrt(plane.H22 / 2);
        double reach = 1.35 * Math.Max(Math.Abs(plane.Optimum1 * scale1), Math.Abs(plane.Optimum2 * scale2)) / scale2;
        return (plane.Optimum2 - reach, plane.Optimum2 + reach);
    }

    /// <summary>How far the largest ellipse reaches along each weight, and a little more.</summary>
    private static (double Along1, double Along2) Reach(WeightPlane plane)
    {
        double excess = Levels[0] * Excess(plane), determinant = plane.H11 * plane.H22 - plane.H12 * plane.H12;
        return (1.08 * Math.Sqrt(2 * excess * plane.H22 / determinant), 1.08 * Math.Sqrt(2 * excess * plane.H11 / determinant));
    }

    /// <summary>The loss at the start above the least.</summary>
    private static double Excess(WeightPlane plane) =>
        0.5 * plane.H11 * plane.Optimum1 * plane.Optimum1
        + plane.H12 * plane.Optimum1 * plane.Optimum2 + 0.5 * plane.H22 * plane.Optimum2 * plane.Optimum2;

    private static CustomChart Spec(
        WeightPlane plane,
        (double Low, double High) window1,
        (double Low, double High) window2,
        double floor,
        string title1,
        string title2,
        string format,
        string color,
        string caption)
    {
        // The loss above the least, at the start and at the lowest point of the window.
        double start = Excess(plane);
        var contours = new JsonArray([.. Levels.SelectMany(level => Contour(plane, floor + level * (start - floor), window1))]);
        var path = new JsonArray(
        [
            .. plane.Path.Where(p => p.Weight1 >= window1.Low && p.Weight1 <= window1.High)
                .Select(p => new JsonObject { ["step"] = p.Step, ["w1"] = p.Weight1, ["w2"] = p.Weight2 }),
        ]);
        return new CustomChart(JsonNode.Parse(
            $$"""
            {
              "width": {{Side}},
              "height": {{Side}},
              "view": { "stroke": "var(--rule)", "fill": "var(--panel)" },
              "encoding": {
                "x": {
                  "type": "quantitative", "title": "{{title1}}",
                  "scale": { "domain": [{{Number(window1.Low)}}, {{Number(window1.High)}}], "nice": false, "zero": false },
                  "axis": { "grid": false, "tickCount": 3, "labelFlush": true, "format": "{{format}}" }
                },
                "y": {
                  "type": "quantitative", "title": "{{title2}}",
                  "scale": { "domain": [{{Number(window2.Low)}}, {{Number(window2.High)}}], "nice": false, "zero": false },
                  "axis": { "grid": false, "tickCount": 3, "labelFlush": true, "format": "{{format}}" }
                }
              },
              "layer": [
                {
                  "data": { "values": {{contours.ToJsonString()}} },
                  "mark": {
                    "type": "area", "clip": true, "fill": "var(--ink)", "fillOpacity": 0.05, "stroke": "var(--muted)", "strokeWidth": 1
                  },
                  "encoding": {
                    "x": { "field": "w1" }, "y": { "field": "low", "stack": null }, "y2": { "field": "high" },
                    "detail": { "field": "level" }
                  }
                },
                {
                  "data": { "values": [{ "w1": {{Number(plane.Optimum1)}}, "w2": {{Number(plane.Optimum2)}} }] },
                  "mark": {
                    "type": "point", "shape": "cross", "filled": true, "size": 90, "color": "var(--ink)", "opacity": 1, "clip": true
                  },
                  "encoding": { "x": { "field": "w1" }, "y": { "field": "w2" } }
                },
                {
                  "data": { "values": {{path.ToJsonString()}} },
                  "encoding": { "x": { "field": "w1" }, "y": { "field": "w2" }, "order": { "field": "step" } },
                  "layer": [
                    { "mark": { "type": "line", "strokeWidth": 1.6, "color": "{{color}}", "clip": true } },
                    {
                      "mark": { "type": "point", "filled": true, "size": 26, "color": "{{color}}", "opacity": 1, "clip": true },
                      "encoding": {
                        "tooltip": [
                          { "field": "step", "format": "," }, { "field": "w1", "format": ".4~g" }, { "field": "w2", "format": ".4~g" }
                        ]
                      }
                    },
                    {
                      "transform": [{ "filter": "datum.step == 0" }],
                      "mark": { "type": "text", "text": "start", "dy": 13, "color": "var(--ink)" }
                    }
                  ]
                }
              ]
            }
            """)!)
        {
            Caption = $"<p class=\"title\">{caption}</p>",
        };
    }

    /// <summary>An ellipse of equal loss, as its lower and upper edge over the part of the window that it reaches.</summary>
    private static IEnumerable<JsonObject> Contour(WeightPlane plane, double excess, (double Low, double High) window)
    {
        (double h11, double h12, double h22) = (plane.H11, plane.H12, plane.H22);
        (double o1, double o2) = (plane.Optimum1, plane.Optimum2);
        double reach = Math.Sqrt(2 * excess * h22 / (h11 * h22 - h12 * h12));

        // Even steps of the angle: where an edge turns round, its points lie close.
        double first = Math.Acos(Math.Clamp((window.Low - o1) / reach, -1, 1));
        double last = Math.Acos(Math.Clamp((window.High - o1) / reach, -1, 1));
        if (first == last)
        {
            yield break;
        }

        for (int i = 0; i < ContourPoints; i++)
        {
            double d1 = reach * Math.Cos(first + (last - first) * i / (ContourPoints - 1));
            double root = Math.Sqrt(Math.Max(0, h12 * h12 * d1 * d1 - h22 * (h11 * d1 * d1 - 2 * excess)));
            yield return new JsonObject
            {
                ["level"] = excess,
                ["w1"] = o1 + d1,
                ["low"] = o2 + (-h12 * d1 - root) / h22,
                ["high"] = o2 + (-h12 * d1 + root) / h22,
            };
        }
    }

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
