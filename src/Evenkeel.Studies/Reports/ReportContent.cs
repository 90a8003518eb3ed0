using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Reports;

/// <summary>The parts of a report that differ from study to study. Texts are HTML.</summary>
/// <param name="Opening">The most important numbers, and the experiment in a few sentences.</param>
/// <param name="Figures">The charts, each a <c>div</c> of class <c>chart</c> that names one of <paramref name="Charts"/>.</param>
/// <param name="Settings">The settings, by name.</param>
/// <param name="Sources">The sources of claim and method.</param>
/// <param name="Charts">The charts as Vega-Lite; the data set "runs" is that of the results.</param>
/// <param name="Script">JavaScript that these charts need in addition to <c>report.js</c>.</param>
internal sealed record ReportContent(
    string Opening,
    string Figures,
    IReadOnlyList<(string Name, string Text)> Settings,
    string Sources,
    JsonObject Charts,
    string Script = "");
