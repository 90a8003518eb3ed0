using System.Text.Json.Nodes;

namespace Evenkeel.Studies.Reports;

/// <summary>The parts of a report that differ from study to study. Texts are HTML.</summary>
/// <param name="Answer">The answer to the study's question, in one sentence.</param>
/// <param name="Picture">The figure that shows it.</param>
/// <param name="Numbers">The most important numbers.</param>
/// <param name="Figures">The other figures; each chart is a <c>div</c> of class <c>chart</c> that names one of <paramref name="Charts"/>.
/// </param>
/// <param name="Story">The experiment in a few sentences.</param>
/// <param name="Settings">The settings, by name.</param>
/// <param name="Sources">The sources of claim and method.</param>
/// <param name="Charts">The charts as Vega-Lite; the data set "runs" is that of the results.</param>
/// <param name="Script">JavaScript that these charts need in addition to <c>report.js</c>.</param>
internal sealed record ReportContent(
    string Answer,
    string Picture,
    string Numbers,
    string Figures,
    string Story,
    IReadOnlyList<(string Name, string Text)> Settings,
    string Sources,
    JsonObject Charts,
    string Script = "");
