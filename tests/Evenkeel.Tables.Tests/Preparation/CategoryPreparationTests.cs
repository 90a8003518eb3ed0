using System.Globalization;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using static Evenkeel.Tables.Tests.Support.TestTables;

namespace Evenkeel.Tables.Tests.Preparation;

public sealed class CategoryPreparationTests
{
    // Positions with MinimumCount 2: a 0, b 1, (other) 2, (missing) 3.
    private static readonly string?[] Cells = ["b", "a", null, "a", "rare", "b", "b", "a"];

    [Fact]
    public void One_hot_has_a_feature_per_category_in_ordinal_order_with_rare_and_missing_ones_last()
    {
        var column = new CategoryPreparation("x") { MinimumCount = 2 };
        var preparation = new TablePreparation(column);
        float[][] features = preparation.Fitted(OfTexts(Cells));

        Assert.Equal(["a", "b", "(other)", "(missing)"], column.Categories);
        Assert.Equal(["x=a", "x=b", "x=(other)", "x=(missing)"], preparation.FeatureNames);
        Assert.Equal((2, 3), (column.OtherPosition, column.MissingPosition));
        Assert.Equal(3, column.Counts["b"]);
        Assert.Equal([1, 0, 3, 0, 2, 1, 1, 0], features.Select(row => Array.IndexOf(row, 1f)));
        Assert.All(features, row => Assert.Equal(1, row.Sum()));
        Assert.Equal([[0, 0, 1, 0]], preparation.Features(OfTexts("never seen")));
    }

    [Fact]
    public void Without_rare_or_missing_texts_in_the_fit_later_ones_have_no_feature()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x"));
        preparation.Fit(OfTexts("b", "a"));

        Assert.Equal(["x=a", "x=b"], preparation.FeatureNames);
        Assert.Equal([[0, 0], [0, 0], [1, 0]], preparation.Features(OfTexts("c", null, "a")));
    }

    [Fact]
    public void Ordinal_is_the_standardized_position_and_0_for_what_was_not_seen()
    {
        var column = new CategoryPreparation("x", ["low", "mid", "high"]) { Encoding = CategoryEncoding.Ordinal };
        var preparation = new TablePreparation(column);
        float[][] features = preparation.Fitted(OfTexts("low", "low", "mid", "high"));
        double mean = 3 / 4.0, deviation = Math.Sqrt((2 * mean * mean + 0.25 * 0.25 + 1.25 * 1.25) / 4);

        Assert.Equal(["x"], preparation.FeatureNames);
        foreach ((float[] row, int position) in features.Zip([0, 0, 1, 2]))
        {
            Assert.Equal((position - mean) / deviation, row[0], 1e-6);
        }

        Assert.Equal([[0f], [0f]], preparation.Features(OfTexts("unknown", null)));
    }

    [Fact]
    public void An_ordinal_column_of_one_category_is_0()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x") { Encoding = CategoryEncoding.Ordinal });

        Assert.Equal([[0f], [0f]], preparation.Fitted(OfTexts("a", "a")));
    }

    [Fact]
    public void Embedding_is_the_position_and_that_behind_the_last_for_what_was_not_seen()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x") { Encoding = CategoryEncoding.Embedding });

        Assert.Equal([[1f], [0f], [2f]], preparation.Fitted(OfTexts("b", "a", null)));
        Assert.Equal([[3f], [2f], [0f]], preparation.Features(OfTexts("c", " ", "a")));
    }

    [Fact]
    public void The_most_frequent_texts_are_categories()
    {
        var column = new CategoryPreparation("x") { MaximumCategories = 2 };
        new TablePreparation(column).Fit(OfTexts("d", "c", "b", "a", "d", "b", "c"));

        Assert.Equal(["b", "c", "(other)"], column.Categories); // of three texts with two rows each, the first two in ordinal order
    }

    [Fact]
    public void Given_categories_keep_their_order_though_they_do_not_occur()
    {
        var column = new CategoryPreparation("x", ["z", "a", "m"]);
        float[][] features = new TablePreparation(column).Fitted(OfTexts("a", "z"));

        Assert.Equal(["z", "a", "m"], column.Categories);
        Assert.Equal([[0, 1, 0], [1, 0, 0]], features);
    }

    [Fact]
    public void Unseen_texts_are_refused_on_demand_but_rare_ones_are_not()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x") { MinimumCount = 2, RefuseUnseen = true });
        preparation.Fit(OfTexts("a", "a", "rare"));

        Assert.Equal([[0f, 1f]], preparation.Features(OfTexts("rare")));
        TableCellException error = Assert.Throws<TableCellException>(() => preparation.Transform(OfTexts("a", "new")));
        Assert.Equal("'table', row 2, column 'x': 'new' did not occur in the fit.", error.Message);
    }

    [Fact]
    public void With_given_categories_any_other_text_is_refused_on_demand()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x", ["low", "high"]) { RefuseUnseen = true });
        TableCellException error = Assert.Throws<TableCellException>(() => preparation.FitTransform(OfTexts("low", "hihg")));

        Assert.Equal("'table', row 2, column 'x': 'hihg' is none of the given categories.", error.Message);
    }

    [Fact]
    public void A_column_of_100_000_categories_is_counted_and_one_of_more_refused_in_one_line()
    {
        string[] texts = [.. Enumerable.Range(0, 100_001).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        var column = new CategoryPreparation("x");
        var preparation = new TablePreparation(column);
        preparation.Fit(OfTexts(texts[..100_000]));
        Assert.Equal(101, column.Categories.Count);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => preparation.Fit(OfTexts(texts)));
        Assert.Equal("'table', column 'x' has more than 100,000 different texts.", error.Message);
        Assert.False(preparation.IsFitted);

        TablePreparation one = Of(texts[..100_000]), other = Of(texts[100_000..]);
        Assert.Equal(
            "Column 'x' has more than 100,000 different texts.", Assert.Throws<InvalidDataException>(() => one.Merge(other)).Message);

        static TablePreparation Of(string[] part)
        {
            var preparation = new TablePreparation(new CategoryPreparation("x"));
            preparation.Fit(OfTexts(part));
            return preparation;
        }
    }

    [Fact]
    public void Numbers_can_be_categories()
    {
        var column = new CategoryPreparation("x");
        new TablePreparation(column).Fit(OfNumbers(10, 9, double.NaN));

        Assert.Equal(["10", "9", "(missing)"], column.Categories);
    }

    [Fact]
    public void A_column_without_cells_that_count_has_nothing_to_fit_to()
    {
        var preparation = new TablePreparation(new CategoryPreparation("x"));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => preparation.Fit(OfTexts("a"), [false]));

        Assert.Equal("'table', column 'x' has no cells to fit to.", error.Message);
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new CategoryPreparation(""));
        Assert.Throws<ArgumentException>(() => new CategoryPreparation("x", []));
        Assert.Throws<ArgumentException>(() => new CategoryPreparation("x", ["a", "a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CategoryPreparation("x") { MinimumCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CategoryPreparation("x") { MaximumCategories = 0 });
    }
}
