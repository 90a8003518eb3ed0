using Evenkeel.Tables;
using Evenkeel.Tables.Importance;

namespace Evenkeel.Cli.Reports;

/// <summary>What the predictions depend on: the model's columns, and the features of a linear model.</summary>
internal static class ImportanceSection
{
    private const int Most = 20;
    private const int MostClasses = 6;

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report, ChartCollection charts)
    {
        ColumnImportance[] importances =
        [
            .. report.Inspection.Importances.OrderByDescending(column => column.Mean)
                .ThenBy(column => column.Name, StringComparer.Ordinal),
        ];
        (string Feature, FeatureCoefficient[] Coefficients)[] features =
        [
            .. report.Inspection.Coefficients.GroupBy(coefficient => coefficient.Feature, StringComparer.Ordinal)
                .Select(group => (Feature: group.Key, Coefficients: group.ToArray()))
                .OrderByDescending(feature => feature.Coefficients.Max(coefficient => Math.Abs(coefficient.Value)))
                .ThenBy(feature => feature.Feature, StringComparer.Ordinal),
        ];
        bool isClassification = report.Model.Task == TableTask.Classification;
        string score = isClassification ? "accuracy" : "R²";
        int classes = report.Model.Classes.Count;
        string meaning = !isClassification
            ? "by how many of its standard deviations the label rises per standard deviation of the feature"
            : classes == 2
                ? $"how much a standard deviation more of the feature speaks for {ReportText.Name(report.Model.Classes[1])} (blue) or for "
                    + $"{ReportText.Name(report.Model.Classes[0])} (orange)"
                : "how much a standard deviation more of the feature speaks for a class, or, below 0, against it";
        IReadOnlyList<string> shown = classes <= MostClasses ? report.Model.Classes : [];
        string strongest = classes > MostClasses ? " Of each feature, the strongest coefficient is shown, with its class." : "";
        return $"""
            <h2>What the predictions depend on</h2>
            <p>Importance by permutation is about the network: the cells of one column are shuffled among the {report.MeasuredRows}, and the
            chart shows how much the {score} falls. The coefficients are those of a linear model of the standardized features, for
            comparison.</p>
            <figure aria-label="Importance of columns">
            <div class="panels">
            <div><p class="title">Importance by permutation <span>{Limit(importances.Length, "column")}</span></p>
            {charts.Add("importance", ReportCharts.Importance([.. importances.Take(Most)], $"fall of {score}"))}</div>
            <div><p class="title">Coefficients of a linear model <span>{Limit(features.Length, "feature")}</span></p>
            {charts.Add("coefficients", ReportCharts.Coefficients([.. features.Take(Most)], shown))}</div>
            </div>
            <figcaption>Importance: bars are the mean of five shuffles, lines one standard deviation to each side; about 0 means that the
            network does without the column. Of columns that tell it the same, each looks unimportant. Coefficients:
            {meaning}.{strongest}</figcaption>
            </figure>
            """;
    }

    private static string Limit(int count, string noun) =>
        count <= Most ? "" : $"the first {Most} of {ReportText.Count(count, noun)}";
}
