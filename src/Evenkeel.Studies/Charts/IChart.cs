using System.Text.Json.Nodes;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Charts;

/// <summary>A chart of measured runs.</summary>
internal interface IChart
{
    /// <summary>HTML that stands above the chart.</summary>
    string Caption => "";

    /// <summary>Further attributes of the chart's HTML element, for the report's script.</summary>
    string Attributes => "";

    /// <summary>Returns the chart as Vega-Lite, over the data set "runs".</summary>
    /// <param name="measured">The runs.</param>
    JsonNode Spec(Measurements measured);
}
