using System.Text;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables;
using Evenkeel.Tables.Inspection;

namespace Evenkeel.Cli.Reports;

/// <summary>The report of a model that was trained on a table: one web page with charts that opens without a network.</summary>
/// <remarks>The page has no times, so that the bytes are the same for the same table and settings.</remarks>
/// <param name="Table">The name of the table.</param>
/// <param name="Options">The settings.</param>
/// <param name="Result">The model, and how it was trained.</param>
/// <param name="Inspection">What was measured on it afterwards.</param>
/// <param name="Folds">The measures of a cross-validation; empty without one.</param>
/// <param name="CommandLine">The command that trained it.</param>
internal sealed record TableReport(
    string Table,
    TableTrainingOptions Options,
    TableTrainingResult Result,
    TableInspection Inspection,
    IReadOnlyList<TableEvaluation> Folds,
    string CommandLine)
{
    /// <summary>The model.</summary>
    public TableModel Model => Result.Model;

    /// <summary>The rows that the measures are of, in words.</summary>
    public string MeasuredRows => Inspection.IsHeldOut ? "rows held out" : "training rows";

    /// <summary>Writes the page as UTF-8.</summary>
    public void Write(Stream stream) => stream.Write(Encoding.UTF8.GetBytes(Page()));

    private string Page()
    {
        var charts = new ChartCollection();
        string title = $"{ReportText.Short(Model.Label, 60)}, predicted from {ReportText.Short(Path.GetFileName(Table), 60)}";
        string content = $"""
            {QualitySection.Opening(this, charts)}
            {QualitySection.Measures(this)}
            {LearningSection.Of(this, charts)}
            {ErrorSection.Of(this, charts)}
            {ImportanceSection.Of(this, charts)}
            {ColumnSection.Of(this)}
            {LeftOutSection.Of(this)}
            {NormalizationSection.Of(this, charts)}
            {SettingsSection.Of(this)}
            <noscript><p class="warning">The charts need JavaScript, which is switched off; the tables do not.</p></noscript>
            """;
        return HtmlPage.Of(title, content, ChartScripts.Of(LearningSection.Runs(Result).ToJsonString(), charts.Specs));
    }
}
