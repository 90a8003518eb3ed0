using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Charts;

/// <summary>A chart of quantities over an x: the mean over the seeds as a line, the range of the seeds as a band.</summary>
/// <remarks>Over the levels of a factor, each seed is also a point; over names, points and bars replace lines and bands.</remarks>
/// <param name="Quantities">The quantities shown.</param>
internal sealed record Chart(params IReadOnlyList<string> Quantities) : IChart
{
    /// <summary>The value of <see cref="Series"/> and <see cref="Panels"/> for a series or a panel per quantity.</summary>
    public const string Quantity = "quantity";

    /// <summary>The factor whose levels are along the x axis; null for the measurements' own x.</summary>
    public string? XFactor { get; init; }

    /// <summary>The x axis' title.</summary>
    public required string XTitle { get; init; }

    /// <summary>The scale of the x axis.</summary>
    public AxisKind X { get; init; }

    /// <summary>The y axis' title.</summary>
    public required string YTitle { get; init; }

    /// <summary>The scale of the y axis.</summary>
    public AxisKind Y { get; init; }

    /// <summary>The format of numbers on the y axis, as in d3-format: "%", ".2~g".</summary>
    public string YFormat { get; init; } = "~g";

    /// <summary>The range of the y axis; null for the range of the numbers.</summary>
    public (double Low, double High)? YDomain { get; init; }

    /// <summary>The numbers on the y axis; null for round ones.</summary>
    public IReadOnlyList<double>? YTicks { get; init; }

    /// <summary>The factor that has a line per level, or <see cref="Quantity"/>.</summary>
    public string Series { get; init; } = "normalization";

    /// <summary>The factor that has a panel per level, or <see cref="Quantity"/>; null for one panel.</summary>
    public string? Panels { get; init; }

    /// <summary>True to draw a line for each seed, and not the mean and the range of the seeds.</summary>
    public bool BySeed { get; init; }

    /// <summary>A quantity to show as dots on the lines of <see cref="BySeed"/>; null for none.</summary>
    public string? Dots { get; init; }

    /// <summary>The format of numbers on the x axis, as in d3-format.</summary>
    public string XFormat { get; init; } = ",~r";

    /// <summary>The largest number of panels in a row.</summary>
    public int Columns { get; init; } = 3;

    /// <summary>True if each panel has its own y axis.</summary>
    public bool OwnY { get; init; }

    /// <summary>The only level of a factor to show; null to show all.</summary>
    public (string Factor, string Level)? Only { get; init; }

    /// <summary>A horizontal line and its label; null for none.</summary>
    public (double Y, string Text)? Rule { get; init; }

    /// <summary>A vertical line and its label; null for none.</summary>
    public (double X, string Text)? XRule { get; init; }

    /// <summary>The chart's height in pixels.</summary>
    public int Height { get; init; } = 300;

    /// <summary>The chart as Vega-Lite, over the data set "runs".</summary>
    /// <param name="measured">The runs, for the levels of their factors.</param>
    public JsonNode Spec(Measurements measured)
    {
        IReadOnlyList<string> series = Levels(measured, Series);
        JsonObject spec = new()
        {
            ["data"] = new JsonObject { ["name"] = "runs" },
            ["transform"] = Transform(),
            ["usermeta"] = new JsonObject { ["labels"] = LongestLabel(measured) },
        };
        JsonObject panel = new() { ["height"] = Height, ["layer"] = Layers(measured, series) };
        if (Panels is null)
        {
            panel["width"] = "container";
            foreach ((string name, JsonNode? value) in panel)
            {
                spec[name] = value!.DeepClone();
            }

            return spec;
        }

        spec["usermeta"]!["columns"] = Columns;
        spec["usermeta"]!["margin"] = OwnY ? 60 * Columns : 80;
        spec["usermeta"]!["narrowest"] = Columns > 3 ? 120 : 200;
        spec["columns"] = Columns;
        spec["facet"] = new JsonObject
        {
            ["field"] = "panel",
            ["type"] = "nominal",
            ["title"] = null,
            ["sort"] = Array(Levels(measured, Panels)),
            ["header"] = new JsonObject
            {
                ["labelAnchor"] = "start",
                ["labelFontWeight"] = 600,
                ["labelExpr"] = Labels(Levels(measured, Panels), PanelLabel),
            },
        };
        spec["spec"] = panel;
        if (OwnY)
        {
            spec["resolve"] = new JsonObject { ["scale"] = new JsonObject { ["y"] = "independent" } };
        }

        return spec;
    }

    /// <summary>The runs that the chart shows.</summary>
    private Measurements Shown(Measurements measured) => new(measured.Runs.Where(run =>
        (Only is not { } only || run.Conditions[only.Factor] == only.Level)
        && run.Points.Any(point => Quantities.Contains(point.Quantity))));

    /// <summary>The number of letters of the longest label of the legend.</summary>
    private int LongestLabel(Measurements measured) =>
        Levels(Shown(measured), Series).Select(level => SeriesTheme.Label(level).Length).DefaultIfEmpty().Max();

    private IReadOnlyList<string> Levels(Measurements measured, string of) => of == Quantity ? Quantities : measured.Levels(of);

    private JsonArray Transform()
    {
        var steps = new JsonArray
        {
            new JsonObject { ["flatten"] = new JsonArray("points"), ["as"] = new JsonArray("point") },
            Filter($"indexof({Array(Dots is null ? Quantities : Quantities.Append(Dots)).ToJsonString()}, datum.point.quantity) >= 0 && "
                + "isValid(datum.point.value)"),
        };
        if (Only is { } only)
        {
            steps.Add(Filter($"{Field(only.Factor)} == {JsonValue.Create(only.Level)!.ToJsonString()}"));
        }

        steps.Add(Calculate("datum.point.value", "value"));
        steps.Add(Calculate(XFactor is null ? "datum.point.x" : X == AxisKind.Names ? Field(XFactor) : $"toNumber({Field(XFactor)})", "x"));
        steps.Add(Calculate(Field(Series), "series"));
        if (Panels is not null)
        {
            steps.Add(Calculate(Field(Panels), "panel"));
        }

        return steps;

        static JsonObject Filter(string expression) => new() { ["filter"] = expression };

        static JsonObject Calculate(string expression, string name) => new() { ["calculate"] = expression, ["as"] = name };
    }

    private static string Field(string of) =>
        of == Quantity ? "datum.point.quantity" : $"datum.conditions[{JsonValue.Create(of)!.ToJsonString()}]";

    private JsonArray Layers(Measurements measured, IReadOnlyList<string> series)
    {
        bool names = X == AxisKind.Names, points = names || XFactor is not null;
        JsonObject x = new() { ["field"] = "x", ["type"] = names ? "nominal" : "quantitative", ["title"] = XTitle };
        if (names)
        {
            x["sort"] = XFactor is null ? null : Array(measured.Levels(XFactor));
            x["axis"] = new JsonObject { ["labelAngle"] = 0, ["labelLimit"] = 160 };
        }
        else
        {
            // The axis is labelled at the levels of the factor.
            double[] levels = XFactor is null
                ? []
                : [.. measured.Levels(XFactor).Select(level => double.Parse(level, CultureInfo.InvariantCulture)).Order()];
            x["scale"] = Scale(X);
            x["scale"]!["nice"] = false;
            x["scale"]!["padding"] = XFactor is null ? 0 : 12;
            x["axis"] = new JsonObject { ["grid"] = false, ["format"] = XFormat, ["labelOverlap"] = "greedy", ["labelSeparation"] = 8 };
            if (Panels is not null)
            {
                x["axis"]!["tickCount"] = 4;
            }

            if (levels.Length is > 0 and <= 12)
            {
                x["axis"]!["values"] = new JsonArray([.. levels.Select(level => JsonValue.Create(level))]);
            }
        }

        var color = Scale(series, look => look.Color);
        IReadOnlyList<string> shown = Levels(Shown(measured), Series);
        color["legend"] = shown.Count == 1
            ? null
            : new JsonObject
            {
                ["orient"] = "top",
                ["title"] = null,
                ["labelLimit"] = 400,
                ["labelFontSize"] = 13,
                ["symbolType"] = points ? null : "stroke",
                ["symbolSize"] = points ? 110 : 700,
                ["symbolStrokeWidth"] = points ? 1 : 3,
                ["symbolOpacity"] = 1,
                ["values"] = Array(shown),
                ["labelExpr"] = Labels(series, SeriesTheme.Label),
            };
        var encoding = new JsonObject { ["x"] = x, ["color"] = color };
        if (names)
        {
            encoding["xOffset"] = new JsonObject { ["field"] = "series", ["type"] = "nominal", ["sort"] = Array(series) };
        }

        JsonObject dash = Scale(series, look => look.Dash);
        dash["legend"] = color["legend"]?.DeepClone();
        JsonObject shape = Scale(series, look => look.Shape);
        shape["legend"] = color["legend"]?.DeepClone();
        var layers = new JsonArray();
        if (Rule is { } rule)
        {
            layers.Add(RuleLayer(rule));
        }

        if (XRule is { } xRule)
        {
            layers.Add(XRuleLayer(xRule));
        }

        if (BySeed)
        {
            layers.Add(new JsonObject { ["encoding"] = encoding, ["layer"] = SeedLayers(dash) });
            return layers;
        }

        JsonObject range = YEncoding("min");
        var rangeEncoding = new JsonObject { ["y"] = range, ["y2"] = new JsonObject { ["field"] = "value", ["aggregate"] = "max" } };
        var layered = new JsonArray();
        if (measured.Runs.Select(run => run.Seed).Distinct().Count() > 1)
        {
            layered.Add(new JsonObject
            {
                ["mark"] = names
                    ? new JsonObject { ["type"] = "rule", ["strokeWidth"] = 2, ["opacity"] = 0.6 }
                    : new JsonObject { ["type"] = "area", ["opacity"] = 0.2 },
                ["encoding"] = rangeEncoding,
            });
        }

        layered.Add(names
            ? new JsonObject
            {
                ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 90, ["opacity"] = 1 },
                ["encoding"] = new JsonObject { ["y"] = YEncoding("mean"), ["shape"] = shape, ["tooltip"] = Tooltip() },
            }
            : new JsonObject
            {
                ["mark"] = new JsonObject { ["type"] = "line", ["strokeWidth"] = 2.4 },
                ["encoding"] = new JsonObject { ["y"] = YEncoding("mean"), ["strokeDash"] = dash },
            });
        if (XFactor is not null && !names)
        {
            layered.Add(new JsonObject
            {
                ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 36, ["opacity"] = 0.9 },
                ["encoding"] = new JsonObject { ["y"] = YEncoding(null), ["shape"] = shape, ["tooltip"] = Tooltip() },
            });
        }

        layers.Add(new JsonObject { ["encoding"] = encoding, ["layer"] = layered });
        return layers;
    }

    private JsonArray SeedLayers(JsonObject dash)
    {
        var layers = new JsonArray(new JsonObject
        {
            ["transform"] = new JsonArray(new JsonObject
            {
                ["filter"] = Dots is null ? "true" : $"datum.point.quantity != {Quoted(Dots)}",
            }),
            ["mark"] = new JsonObject { ["type"] = "line", ["strokeWidth"] = 2, ["clip"] = true },
            ["encoding"] = new JsonObject
            {
                ["y"] = YEncoding(null),
                ["strokeDash"] = dash,
                ["detail"] = new JsonObject { ["field"] = "seed" },
                ["tooltip"] = Tooltip(),
            },
        });
        if (Dots is not null)
        {
            layers.Add(new JsonObject
            {
                ["transform"] = new JsonArray(new JsonObject { ["filter"] = $"datum.point.quantity == {Quoted(Dots)}" }),
                ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 40, ["opacity"] = 1, ["clip"] = true },
                ["encoding"] = new JsonObject { ["y"] = YEncoding(null), ["tooltip"] = Tooltip() },
            });
        }

        return layers;
    }

    /// <summary>A logarithmic axis has no option for zero.</summary>
    private static JsonObject Scale(AxisKind kind) => kind switch
    {
        AxisKind.Log => new() { ["type"] = "log" },
        AxisKind.SymmetricLog => new() { ["type"] = "symlog" },
        _ => new() { ["type"] = "linear", ["zero"] = false },
    };

    private JsonObject YEncoding(string? aggregate)
    {
        var y = new JsonObject
        {
            ["field"] = "value",
            ["type"] = "quantitative",
            ["title"] = YTitle,
            ["axis"] = new JsonObject { ["format"] = YFormat, ["minExtent"] = 38, ["tickCount"] = 6 },
            ["scale"] = Scale(Y),
        };
        if (Y == AxisKind.Log)
        {
            // Between the powers of ten, lines are faint.
            y["axis"]!["gridOpacity"] = new JsonObject
            {
                ["condition"] = new JsonObject { ["test"] = "abs(log(datum.value) / LN10 % 1) < 1e-9", ["value"] = 1 },
                ["value"] = 0.3,
            };
        }

        if (YTicks is { } ticks)
        {
            y["axis"]!["values"] = new JsonArray([.. ticks.Select(tick => JsonValue.Create(tick))]);
        }

        if (YDomain is { } domain)
        {
            y["scale"]!["domain"] = new JsonArray(domain.Low, domain.High);
            y["scale"]!["nice"] = false;
        }

        if (aggregate is not null)
        {
            y["aggregate"] = aggregate;
        }

        return y;
    }

    private JsonArray Tooltip() =>
    [
        new JsonObject { ["field"] = "series", ["title"] = Series },
        new JsonObject { ["field"] = "x", ["title"] = XTitle },
        new JsonObject { ["field"] = "value", ["title"] = YTitle, ["format"] = YFormat == "%" ? ".2%" : ".4~g" },
        new JsonObject { ["field"] = "seed" },
    ];

    private static JsonObject RuleLayer((double Y, string Text) rule) => new()
    {
        ["data"] = new JsonObject { ["values"] = new JsonArray(new JsonObject { ["y"] = rule.Y, ["text"] = rule.Text }) },
        ["encoding"] = new JsonObject { ["y"] = new JsonObject { ["field"] = "y", ["type"] = "quantitative" } },
        ["layer"] = new JsonArray(
            new JsonObject { ["mark"] = new JsonObject { ["type"] = "rule", ["strokeDash"] = new JsonArray(2, 3) } },
            new JsonObject
            {
                ["mark"] = new JsonObject { ["type"] = "text", ["align"] = "right", ["baseline"] = "bottom", ["dy"] = -3, ["dx"] = -4 },
                ["encoding"] = new JsonObject
                {
                    ["text"] = new JsonObject { ["field"] = "text" },
                    ["x"] = new JsonObject { ["value"] = "width" },
                },
            }),
    };

    private static JsonObject XRuleLayer((double X, string Text) rule) => new()
    {
        ["data"] = new JsonObject { ["values"] = new JsonArray(new JsonObject { ["x"] = rule.X, ["text"] = rule.Text }) },
        ["encoding"] = new JsonObject { ["x"] = new JsonObject { ["field"] = "x", ["type"] = "quantitative" } },
        ["layer"] = new JsonArray(
            new JsonObject { ["mark"] = new JsonObject { ["type"] = "rule", ["strokeDash"] = new JsonArray(2, 3) } },
            new JsonObject
            {
                // On the side of the line that is wider.
                ["mark"] = new JsonObject
                {
                    ["type"] = "text",
                    ["align"] = new JsonObject { ["expr"] = Invariant($"2 * scale('x', {rule.X}) < width ? 'left' : 'right'") },
                    ["baseline"] = "middle",
                    ["dx"] = new JsonObject { ["expr"] = Invariant($"2 * scale('x', {rule.X}) < width ? 6 : -6") },
                },
                ["encoding"] = new JsonObject
                {
                    ["text"] = new JsonObject { ["field"] = "text" },
                    ["y"] = new JsonObject { ["value"] = new JsonObject { ["expr"] = "height / 2" } },
                },
            }),
    };

    private static JsonObject Scale(IReadOnlyList<string> series, Func<(string Color, string Dash, string Shape), string> of) => new()
    {
        ["field"] = "series",
        ["type"] = "nominal",
        ["scale"] = new JsonObject
        {
            ["domain"] = Array(series),
            ["range"] = new JsonArray([.. series.Select((level, i) => Value(of(SeriesTheme.Look(level, i))))]),
        },
    };

    /// <summary>A dash is a list of lengths.</summary>
    private static JsonNode Value(string look) => look.StartsWith('[') ? JsonNode.Parse(look)! : JsonValue.Create(look);

    /// <summary>A panel's heading: a number with the factor's name, a name alone.</summary>
    private string PanelLabel(string level) =>
        double.TryParse(level, CultureInfo.InvariantCulture, out double number)
            ? $"{Panels} {(number is >= 1e-4 and < 1000 ? number.ToString("G3", CultureInfo.InvariantCulture) : level)}"
            : SeriesTheme.Label(level);

    private static string Labels(IReadOnlyList<string> levels, Func<string, string> label) =>
        string.Concat(levels.Select(level =>
            $"datum.value == {Quoted(level)} ? {Quoted(label(level))} : ")) + "datum.value";

    private static string Quoted(string text) => JsonValue.Create(text)!.ToJsonString();

    private static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
