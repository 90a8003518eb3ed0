using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Reports;

/// <summary>The script elements of a page with charts: data, charts, libraries, and the script that draws.</summary>
internal static class ChartScripts
{
    /// <summary>Returns the script elements.</summary>
    /// <param name="results">The data as JSON that is safe inside a script element; its "runs" are the data set "runs" of charts.</param>
    /// <param name="charts">The charts as Vega-Lite, by the names that elements of class <c>chart</c> give in <c>data-chart</c>.</param>
    /// <param name="script">JavaScript that these charts need in addition to <c>report.js</c>.</param>
    public static string Of(string results, JsonObject charts, string script = "") =>
        $"""
        <script type="application/json" id="results">{results}</script>
        <script type="application/json" id="charts">{charts.ToJsonString()}</script>
        <script type="application/json" id="config">{ChartTheme.Config.ToJsonString()}</script>
        {string.Join('\n', ChartLibraries.Names.Select(name => $"<script>{ChartLibraries.Script(name)}</script>"))}
        <script>
        {Resource.Text("reports/report.js")}{script}</script>
        """;
}
