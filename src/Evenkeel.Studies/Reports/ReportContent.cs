using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Reports;

/// <summary>What is particular to a study in its report. Texts are HTML.</summary>
/// <param name="Opening">The numbers in large, and the experiment in a few sentences.</param>
/// <param name="Figures">The charts, each a <c>div</c> of class <c>chart</c> that names one of <paramref name="Charts"/>.</param>
/// <param name="Settings">The settings, by name.</param>
/// <param name="Sources">Where claim and method come from.</param>
/// <param name="Charts">The charts as Vega-Lite; the data set "runs" is that of the results.</param>
/// <param name="Script">JavaScript for what these charts need beside <c>report.js</c>.</param>
internal sealed record ReportContent(
    string Opening,
    string Figures,
    IReadOnlyList<(string Name, string Text)> Settings,
    string Sources,
    JsonObject Charts,
    string Script = "");
