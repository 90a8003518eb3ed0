using System.Text.Json.Nodes;

namespace Evenkeel.Cli.Reports;

/// <summary>The charts of a page, which its scripts draw into elements that name them.</summary>
internal sealed class ChartCollection
{
    /// <summary>The charts as Vega-Lite, by name.</summary>
    public JsonObject Specs { get; } = [];

    /// <summary>Adds a chart, and returns its element.</summary>
    public string Add(string name, JsonNode spec)
    {
        Specs.Add(name, spec);
        return $"<div class=\"chart\" data-chart=\"{name}\"></div>";
    }
}
