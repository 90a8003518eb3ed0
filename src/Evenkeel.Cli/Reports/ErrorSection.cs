using Evenkeel.Metrics;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Reports;

/// <summary>Whether probabilities can be trusted, or how errors are distributed.</summary>
internal static class ErrorSection
{
    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report, ChartCollection charts) => report.Model.Task == TableTask.Classification
        ? Calibration(report, charts)
        : Errors(report, charts);

    private static string Calibration(TableReport report, ChartCollection charts)
    {
        CalibrationCurve calibration = report.Inspection.Measured.Classification.Calibration;
        bool isBinary = report.Model.Classes.Count == 2;
        string what = isBinary
            ? $"The probability is that of the class {ReportText.Name(report.Model.Classes[1])}."
            : "The probability is that of the predicted class.";
        string fraction = isBinary ? "fraction of the class" : "fraction correct";
        return $"""
            <h2>Can its probabilities be trusted?</h2>
            <p>Predicted probabilities differ from observed frequencies by {Html.Sentence(Html.Percent1(calibration.ExpectedError))} on
            average (the expected calibration error, over ten intervals). {what}</p>
            <figure aria-label="Calibration">
            <div class="panels">
            <div><p class="title">Calibration</p>
            {charts.Add("calibration", ReportCharts.Calibration(calibration, fraction))}</div>
            <div><p class="title">How sure it is</p>
            {charts.Add("sureness", ReportCharts.Probabilities(calibration))}</div>
            </div>
            <figcaption>On the dashed line, an event that is predicted with 80&nbsp;% occurs in 80&nbsp;% of the cases. Below it, the model
            is too sure; above it, not sure enough. Dots are larger where more rows are; small ones lie off the line by chance. All are
            of {report.MeasuredRows}.</figcaption>
            </figure>
            """;
    }

    private static string Errors(TableReport report, ChartCollection charts)
    {
        RegressionMetrics measures = report.Inspection.Measured.Regression;
        return $"""
            <h2>How large are the errors?</h2>
            <p>An error is the predicted number minus the actual one. The mean of the errors is {ReportText.Number(measures.MeanError)}, the
            largest one {ReportText.Number(measures.MaximumError)} in magnitude.</p>
            <figure aria-label="Histogram of errors">
            {charts.Add("errors", ReportCharts.Errors(report.Inspection.Predictions!.Errors))}
            <figcaption>Bars count {report.MeasuredRows}. If they are not centred on 0, predictions are too high or too low throughout;
            bars far from it are rows to look at.</figcaption>
            </figure>
            """;
    }
}
