using System.Text.Json.Nodes;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Charts;

/// <summary>A chart that its study specifies itself, for what <see cref="Chart"/> cannot express.</summary>
/// <param name="Definition">The chart as Vega-Lite.</param>
internal sealed record CustomChart(JsonNode Definition) : IChart
{
    /// <inheritdoc/>
    public string Caption { get; init; } = "";

    /// <inheritdoc/>
    public string Attributes { get; init; } = "";

    /// <inheritdoc/>
    public JsonNode Spec(Measurements measured) => Definition.DeepClone();
}
