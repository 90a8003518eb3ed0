using Evenkeel.Metrics;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables;
using Evenkeel.Tables.Inspection;

namespace Evenkeel.Cli.Reports;

/// <summary>How good the predictions are: one sentence and one picture, then the measures.</summary>
internal static class QualitySection
{
    private const int MostClasses = 50;

    private static readonly (string Heading, bool IsNumber)[] ClassColumns =
        [("class", false), ("precision", true), ("recall", true), ("F1", true), ("rows", true)];

    /// <summary>Returns the sentence and the picture.</summary>
    public static string Opening(TableReport report, ChartCollection charts)
    {
        string warning = report.Inspection.IsHeldOut ? "" : """
            <p class="warning" role="note"><strong>No rows were held out:</strong> all measures are of rows that the network was trained on.
            They say little about others; <code>--validate</code> holds rows out.</p>
            """;
        return report.Model.Task == TableTask.Classification ? $"""
            <p class="lead">{Html.Sentence(ClassificationSentence(report))}</p>
            {warning}
            <figure class="picture" aria-label="Confusion matrix">
            {ConfusionPicture.Of(report.Inspection.Measured.Classification.Confusion, report.Model.Classes)}
            <figcaption>Rows are the actual classes, columns the predicted ones, and numbers count rows of the table. Correct predictions
            are on the diagonal; the stronger the colour of a cell, the larger its fraction of the actual class.
            {ConfusionPicture.Limit(report.Model.Classes.Count)}</figcaption>
            </figure>
            """ : $"""
            <p class="lead">{Html.Sentence(RegressionSentence(report))}</p>
            {warning}
            <figure class="picture" aria-label="Predicted against actual numbers">
            {charts.Add("predicted", ReportCharts.PredictedAgainstActual(report.Inspection.Predictions!, report.Model.Label))}
            <figcaption>Each dot is a row of the table. On the dashed line, the prediction equals the actual number; above it, it is too
            high.{Chosen(report.Inspection.Predictions!)}</figcaption>
            </figure>
            """;
    }

    /// <summary>Returns the table of measures, of the model and of a guess.</summary>
    public static string Measures(TableReport report)
    {
        TableTrainingResult result = report.Result;
        TableBaseline baseline = report.Inspection.Baseline;
        bool isClassification = report.Model.Task == TableTask.Classification;
        TableEvaluation[] sets = [.. result.Validation is { } held ? [held, result.Training] : new[] { result.Training }];
        (string Heading, bool IsNumber)[] columns =
        [
            ("measure", false),
            .. result.Validation is null
                ? Array.Empty<(string, bool)>()
                : [($"{ReportText.Count(result.Validation.Rows, "row")} held out", true)],
            ($"{ReportText.Count(result.Training.Rows, "training row")}", true),
            (isClassification ? "most frequent class" : "guessing the mean", true),
        ];
        IReadOnlyList<string> Row(string name, Func<TableEvaluation, string> measure, string guess) =>
            [name, .. sets.Select(measure), guess];
        IReadOnlyList<string> Errors(string name, Func<RegressionMetrics, double> measure) => Row(
            name, set => ReportText.Number(measure(set.Regression)), ReportText.Number(measure(baseline.Regression!)));
        IReadOnlyList<string>[] rows = isClassification
            ?
            [
                Row("accuracy", set => Html.Percent1(set.Classification.Confusion.Accuracy), Html.Percent1(baseline.Score)),
                Row("balanced accuracy", set => Html.Percent1(set.Classification.Confusion.BalancedAccuracy), ""),
                Row("F1, mean of the classes", set => ReportText.Measure(set.Classification.Confusion.MacroAverage.F1), ""),
                Row("log loss", set => ReportText.Measure(set.Classification.LogLoss), ""),
                Row("area under the ROC curve", set => set.Classification.HasAllClasses
                    ? ReportText.Measure(set.Classification.RocArea()) : "–", "0.500"),
            ]
            :
            [
                Row("R²", set => ReportText.Measure(set.Regression.RSquared), ReportText.Measure(baseline.Score)),
                Errors("mean absolute error", measures => measures.MeanAbsoluteError),
                Errors("root mean squared error", measures => measures.RootMeanSquaredError),
                Errors("mean error", MeanError),
                Errors("largest error", measures => measures.MaximumError),
            ];
        return $"""
            {ReportTable.Of("Measures", columns, rows)}
            {Optimism(report)}
            {(isClassification ? Classes(report) : "")}
            """;
    }

    private static string ClassificationSentence(TableReport report)
    {
        ConfusionMatrix confusion = report.Inspection.Measured.Classification.Confusion;
        TableBaseline baseline = report.Inspection.Baseline;
        string errors = confusion.Count == confusion.Correct ? "no errors" : ReportText.Count(confusion.Count - confusion.Correct, "error");
        return $"{Rows(report, "Of")}, {Html.Percent1(confusion.Accuracy)} {(confusion.Count == 1 ? "is" : "are")} classified correctly: "
            + $"{errors}. Always predicting the most frequent class, "
            + $"{ReportText.Short(baseline.Class!)}, would be correct for {Html.Percent1(baseline.Score)}.";
    }

    private static string RegressionSentence(TableReport report)
    {
        RegressionMetrics measures = report.Inspection.Measured.Regression, guess = report.Inspection.Baseline.Regression!;
        string explained = double.IsFinite(measures.RSquared) ? $" (R² {ReportText.Measure(measures.RSquared)})" : "";
        return $"{Rows(report, "For")}, the predicted {ReportText.Short(report.Model.Label)} is off by "
            + $"{ReportText.Number(measures.MeanAbsoluteError)} on average{explained}. Always predicting the mean would be off by "
            + $"{ReportText.Number(guess.MeanAbsoluteError)}.";
    }

    private static string Rows(TableReport report, string word) => report.Inspection.IsHeldOut
        ? $"{word} {ReportText.Count(report.Inspection.Measured.Rows, "row")} that the network did not see"
        : $"{word} the {ReportText.Count(report.Inspection.Measured.Rows, "row")} that the network was trained on";

    private static string Chosen(PredictionPairs pairs) =>
        pairs.Rows > pairs.Pairs.Count ? $" {ReportText.Count(pairs.Pairs.Count)} of {ReportText.Count(pairs.Rows)} rows are shown." : "";

    private static string Optimism(TableReport report)
    {
        string folds = report.Folds.Count == 0 ? "" : CrossValidation(report.Folds);
        return report.Inspection.IsHeldOut
            ? $"""
                <p style="margin-top: 14px">The rows held out were not trained on, but chose the epoch whose weights the model has, so their
                measures are slightly optimistic. {(folds.Length > 0 ? folds : "<code>--folds</code> measures without that.")}</p>
                """
            : $"<p style=\"margin-top: 14px\">{folds}</p>";
    }

    private static string CrossValidation(IReadOnlyList<TableEvaluation> folds)
    {
        double[] scores = [.. folds.Select(fold => fold.Score)];
        double mean = scores.Average();
        double deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / Math.Max(1, scores.Length - 1));
        string name = folds[0].Task == TableTask.Classification ? "accuracy" : "R²";
        return $"A cross-validation with {ReportText.Count(folds.Count, "fold")}, each measured by a model that had no part in it, gave an "
            + $"{name} of {ReportText.Measure(mean)} ± {ReportText.Measure(deviation)} "
            + $"(from {ReportText.Measure(scores.Min())} to {ReportText.Measure(scores.Max())}).";
    }

    /// <summary>The mean error; 0 if it is no more than rounding.</summary>
    private static double MeanError(RegressionMetrics measures) =>
        Math.Abs(measures.MeanError) < 1e-9 * measures.MeanAbsoluteError ? 0 : measures.MeanError;

    private static string Classes(TableReport report)
    {
        ConfusionMatrix confusion = report.Inspection.Measured.Classification.Confusion;
        int[] shown =
        [
            .. Enumerable.Range(0, confusion.Classes)
                .OrderByDescending(k => confusion.Scores(k).Support).ThenBy(k => k).Take(MostClasses).Order(),
        ];
        string limit = shown.Length < confusion.Classes
            ? $"<p>The {MostClasses} most frequent of {ReportText.Count(confusion.Classes)} classes.</p>" : "";
        string table = ReportTable.Of($"Measures of each class, {report.MeasuredRows}", ClassColumns, shown.Select(k =>
        {
            ClassScores scores = confusion.Scores(k);
            return (IReadOnlyList<string>)
            [
                ReportText.Name(report.Model.Classes[k]), Html.Percent1(scores.Precision), Html.Percent1(scores.Recall),
                ReportText.Measure(scores.F1), ReportText.Count(scores.Support),
            ];
        }));
        return Html.Folded("Each class", $"""
            <p>Of the rows that are predicted to be of a class, precision is the fraction that are; of the rows that are of the class,
            recall is the fraction that are found; F1 is the harmonic mean of both. All are of {report.MeasuredRows}.</p>
            {limit}{table}
            """);
    }
}
