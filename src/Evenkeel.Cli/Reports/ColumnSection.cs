using Evenkeel.Layers;
using Evenkeel.Scaling;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables.Inspection;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Cli.Reports;

/// <summary>Each column before and after its preparation.</summary>
internal static class ColumnSection
{
    private const int MostOpen = 20;
    private const int MostColumns = 200;
    private const int MostCategories = 10;

    private static readonly (string Heading, bool IsNumber)[] Headings =
    [
        ("column", false), ("missing", true), ("before", false), ("distribution", false), ("features", true), ("after", false),
        ("distribution", false),
    ];

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report)
    {
        IReadOnlyList<ColumnInspection> columns = [.. report.Inspection.Columns.Take(MostColumns)];
        int all = report.Inspection.Columns.Count;
        string limit = columns.Count < all ? $" The first {MostColumns} of {ReportText.Count(all)} columns are shown." : "";
        string more = columns.Count <= MostOpen ? "" : Html.Folded(
            $"{ReportText.Count(columns.Count - MostOpen, "more column")}", Table("More columns", columns.Skip(MostOpen)));
        return $"""
            <h2>The columns, before and after preparation</h2>
            <p>{ReportText.Count(all, "column")} of {ReportText.Count(report.Result.Profile.Rows, "row")} become
            {ReportText.Count(report.Model.Preparation.Width, "feature")} of the network.{limit}</p>
            <figure aria-label="Columns before and after preparation">
            {Table("Columns", columns.Take(MostOpen))}
            {more}
            {Html.Folded("How each column is prepared", string.Join('\n', columns.Select(Details)))}
            <figcaption>Numbers are mean ± standard deviation. Bars are histograms, of the numbers in the whole table before preparation
            and of the training rows after it; of categories, the number of rows of each, the most frequent first. A feature of a category
            is 1 where the cell has it and 0 elsewhere.</figcaption>
            </figure>
            """;
    }

    private static string Table(string label, IEnumerable<ColumnInspection> columns) =>
        ReportTable.Of(label, Headings, columns.Select(Row), "columns");

    private static IReadOnlyList<string> Row(ColumnInspection column) =>
    [
        ReportText.Name(column.Profile.Name),
        column.Profile.Missing == 0 ? "" : ReportText.Count(column.Profile.Missing),
        Before(column),
        column.Preparation is CategoryPreparation categories ? Bars(categories) : SmallBars.Of(column.Profile.Histogram, isPrepared: false),
        ReportText.Count(column.Preparation.FeatureNames.Count),
        After(column),
        column.Values is { } values ? SmallBars.Of(values.Histogram, isPrepared: true) : "",
    ];

    private static string Before(ColumnInspection column) => column.Preparation is CategoryPreparation categories
        ? ReportText.Count(categories.Counts.Count, "category", "categories")
        : ReportText.MeanAndDeviation(column.Profile.Moments);

    private static string After(ColumnInspection column) => column.Preparation switch
    {
        CategoryPreparation { Encoding: CategoryEncoding.Embedding } categories =>
            $"{CategoryEmbedding.DefaultDimension(categories.Categories.Count + 1)} learned numbers",
        CategoryPreparation { Encoding: CategoryEncoding.OneHot } => "0 or 1",
        _ when column.Values is { } values => ReportText.MeanAndDeviation(values.Moments),
        _ => "",
    };

    private static string Bars(CategoryPreparation categories)
    {
        long[] counts = [.. categories.Counts.Values.OrderDescending()];
        return SmallBars.Of(counts, isPrepared: false, $"Rows of each category, from {ReportText.Count(counts[0])} on");
    }

    private static string Details(ColumnInspection column)
    {
        IEnumerable<(string Name, string Text)> lines = column.Preparation is NumberPreparation number
            ? Numbers(column, number)
            : Categories(column, (CategoryPreparation)column.Preparation);
        return $"""
            <h3 class="title">{ReportText.Name(column.Profile.Name, 60)}</h3>
            <dl class="test">
            {string.Join('\n', lines.Where(line => line.Text.Length > 0).Select(line => $"<dt>{line.Name}</dt><dd>{line.Text}</dd>"))}
            </dl>
            """;
    }

    private static IEnumerable<(string Name, string Text)> Numbers(ColumnInspection column, NumberPreparation number)
    {
        ColumnProfile profile = column.Profile;
        yield return ("numbers", $"{ReportText.Count(profile.Numbers)}, from {ReportText.Range(profile.Extrema)}, "
            + $"median {ReportText.Number(profile.Quantiles.Quantile(0.5))}");
        yield return ("filling", !number.HasIndicator && profile.Missing == 0 ? ""
            : $"{ReportText.Number(number.Filling)}, the {Filling(number.Imputation)}, in "
                + ReportText.Count(profile.Missing, "missing cell")
                + (number.HasIndicator ? "; a second feature is 1 where the cell is missing" : ""));
        yield return ("scaling", Html.Text(Scaling(number.Scaler)));
        yield return ("result", column.Values is { } values
            ? $"{ReportText.MeanAndDeviation(values.Moments)}, from {ReportText.Range(values.Extrema)}" : "");
    }

    private static IEnumerable<(string Name, string Text)> Categories(ColumnInspection column, CategoryPreparation categories)
    {
        KeyValuePair<string, long>[] counts =
            [.. categories.Counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)];
        yield return ("categories", string.Join(", ", counts.Take(MostCategories)
            .Select(count => $"{ReportText.Name(count.Key)} ({ReportText.Count(count.Value)})"))
            + (counts.Length > MostCategories ? $" and {ReportText.Count(counts.Length - MostCategories)} more" : "")
            + "; counts are of training rows");
        yield return ("missing", categories.MissingPosition >= 0 ? "a category of its own"
            : column.Profile.Missing > 0 ? "no category: there were no such cells in the training rows" : "");
        yield return ("rare", categories.OtherPosition >= 0
            ? $"{ReportText.Count(counts.Length + 1 - categories.Categories.Count + (categories.MissingPosition >= 0 ? 1 : 0))} "
                + "texts are one category together" : "");
        yield return ("encoding", categories.Encoding switch
        {
            CategoryEncoding.OneHot => "a feature per category",
            CategoryEncoding.Ordinal => "one feature, the position of the category, standardized",
            _ => "a vector per category, which the network learns",
        });
    }

    private static string Filling(Imputation imputation) => imputation switch
    {
        Imputation.Median => "median",
        Imputation.Mean => "mean",
        Imputation.MostFrequent => "most frequent number",
        _ => "number that was set",
    };

    private static string Scaling(Scaler scaler) => scaler switch
    {
        ScalerPipeline pipeline => string.Join(", then ", pipeline.Stages.Select(Scaling)),
        LogScaler => "log(1 + x)",
        QuantileTransformer => "quantiles, mapped to a normal distribution",
        YeoJohnsonScaler => "Yeo-Johnson power transformation, then mean 0 and standard deviation 1",
        _ when scaler.AffineMap(0) is { } map =>
            $"(x {(map.Center < 0 ? "+" : "−")} {ReportText.Number(Math.Abs(map.Center))}) / {ReportText.Number(map.Scale)}"
            + (map.Shift == 0 ? "" : $" + {ReportText.Number(map.Shift)}"),
        _ => scaler.GetType().Name,
    };
}
