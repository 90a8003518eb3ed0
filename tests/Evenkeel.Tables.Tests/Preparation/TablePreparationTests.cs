using System.Text;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;
using static Evenkeel.Tables.Tests.Support.TestTables;

namespace Evenkeel.Tables.Tests.Preparation;

public sealed class TablePreparationTests
{
    [Fact]
    public void Columns_are_found_by_name_in_any_order_beside_others()
    {
        TablePreparation preparation = Mixed();
        float[][] expected = preparation.Fitted(Table("red", "green", null));

        var reordered = new TableColumns().Add("further", [1, 2, 3]).Add("color", new[] { "red", "green", null }).Add("size", [1, 2, 3]);
        Assert.Equal(expected, preparation.Features(reordered));
        Assert.Equal(["size", "color=green", "color=red", "color=(missing)"], preparation.FeatureNames);
    }

    [Fact]
    public void A_missing_and_a_duplicated_column_are_named()
    {
        TablePreparation preparation = Mixed();
        preparation.Fit(Table("red", "green", null));

        Assert.Equal(
            "'table' has no columns 'size', 'color'; it has 'x'.",
            Assert.Throws<InvalidDataException>(() => preparation.Transform(OfNumbers(1))).Message);
        TableColumns twice = Table("red", "green", null).Add("size", [1, 2, 3]);
        Assert.Equal(
            "'table' has more than one column with the name 'size'.",
            Assert.Throws<InvalidDataException>(() => preparation.Fit(twice)).Message);
    }

    [Fact]
    public void A_fit_counts_the_rows_that_it_is_told_to()
    {
        TablePreparation some = Mixed(), all = Mixed();
        some.Fit(Table("red", "green", "blue", "red"), [true, false, false, true]);
        all.Fit(new TableColumns().Add("size", [1, 4]).Add("color", new[] { "red", "red" }));

        Assert.Equal(Json(all), Json(some));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Rows_that_do_not_fit_the_table_are_an_error(int count)
    {
        TablePreparation preparation = Mixed();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() =>
            preparation.Fit(Table("red", "green", null), [.. Enumerable.Repeat(true, count)]));

        Assert.Contains($"not the {count} rows", error.Message, StringComparison.Ordinal);
        Assert.False(preparation.IsFitted);
    }

    [Fact]
    public void Merging_two_parts_gives_the_fit_of_both()
    {
        static TablePreparation Create() => new(
            new NumberPreparation("size", () => new MinMaxScaler(0, 1)) { Imputation = Imputation.MostFrequent },
            new NumberPreparation("weight") { Imputation = Imputation.Median },
            new CategoryPreparation("color") { MinimumCount = 2, Encoding = CategoryEncoding.Ordinal });
        TableColumns table = TestTables.Mixed(60);
        TablePreparation whole = Create(), first = Create(), second = Create();
        whole.Fit(table);
        first.Fit(table, [.. Enumerable.Range(0, 60).Select(row => row < 25)]);
        second.Fit(table, [.. Enumerable.Range(0, 60).Select(row => row >= 25)]);
        string unchanged = Json(second);
        first.Merge(second);

        Assert.Equal(unchanged, Json(second));
        Assert.Equal(whole.FeatureNames, first.FeatureNames);
        foreach ((float[] expected, float[] actual) in whole.Features(table).Zip(first.Features(table)))
        {
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }

    }

    [Fact]
    public void Preparations_from_files_merge_but_not_medians()
    {
        static TablePreparation Of(Imputation imputation)
        {
            var preparation = new TablePreparation(
                new CategoryPreparation("color"), new NumberPreparation("size") { Imputation = imputation });
            preparation.Fit(Table("red", null));
            return RoundTrip(preparation);
        }

        TablePreparation means = Of(Imputation.Mean), medians = Of(Imputation.Median);
        means.Merge(Of(Imputation.Mean));
        Assert.Equal(2, ((CategoryPreparation)means.Columns[0]).Counts["red"]);

        string before = Json(medians);
        Assert.Throws<InvalidOperationException>(() => medians.Merge(Of(Imputation.Median)));
        Assert.Equal(before, Json(medians));
    }

    [Fact]
    public void Rare_texts_of_two_parts_together_can_be_frequent()
    {
        static TablePreparation Of(params string[] texts)
        {
            var preparation = new TablePreparation(new CategoryPreparation("x") { MinimumCount = 2 });
            preparation.Fit(OfTexts(texts));
            return preparation;
        }

        TablePreparation one = Of("a", "b", "b"), other = Of("a", "c", "c");
        one.Merge(other);

        Assert.Equal(["x=a", "x=b", "x=c"], one.FeatureNames);
    }

    public static TheoryData<ColumnPreparation> OthersThanDefault =>
    [
        new NumberPreparation("x") { Imputation = Imputation.Mean },
        new NumberPreparation("x") { Indicator = true },
        new NumberPreparation("x", () => new MinMaxScaler(0, 1)),
        new CategoryPreparation("x"),
        new NumberPreparation("z"),
    ];

    [Theory]
    [MemberData(nameof(OthersThanDefault))]
    public void Preparations_of_other_settings_do_not_merge_and_nothing_is_changed(ColumnPreparation other)
    {
        TableColumns table = new TableColumns().Add("first", [1, 2]).Add("x", [1, 2]).Add("z", [3, 4]);
        var one = new TablePreparation(new NumberPreparation("first"), new NumberPreparation("x"));
        var two = new TablePreparation(new NumberPreparation("first"), other);
        Assert.Throws<InvalidOperationException>(() => one.Merge(two));
        one.Fit(table);
        two.Fit(table);
        string before = Json(one);

        Assert.Throws<ArgumentException>(() => one.Merge(two));
        Assert.Equal(before, Json(one));
    }

    [Fact]
    public void Given_categories_in_another_order_do_not_merge()
    {
        var one = new TablePreparation(new CategoryPreparation("x", ["a", "b"]));
        var two = new TablePreparation(new CategoryPreparation("x", ["b", "a"]));
        one.Fit(OfTexts("a"));
        two.Fit(OfTexts("a"));

        Assert.Throws<ArgumentException>(() => one.Merge(two));
    }

    [Fact]
    public void Json_gives_the_same_bits_again()
    {
        var preparation = new TablePreparation(
            new NumberPreparation("size", () => new ScalerPipeline(new LogScaler(), new StandardScaler())),
            new NumberPreparation("weight", () => new RobustScaler()) { Imputation = Imputation.Mean, Indicator = true },
            new CategoryPreparation("color") { MinimumCount = 2, RefuseUnseen = true },
            new CategoryPreparation("y", ["yes", "no", "\"ü\n"]) { Encoding = CategoryEncoding.Embedding, MaximumCategories = 7 });
        TableColumns table = TestTables.Mixed(80);
        float[][] expected = preparation.Fitted(table);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "preparation.json");
        preparation.Save(path);
        TablePreparation loaded = TablePreparation.Load(path);

        Assert.Equal(expected, loaded.Features(table));
        Assert.Equal(preparation.FeatureNames, loaded.FeatureNames);
        Assert.Equal(Json(preparation), Json(loaded));
        var weight = (NumberPreparation)loaded.Columns[1];
        Assert.Equal((Imputation.Mean, (bool?)true, typeof(RobustScaler)), (weight.Imputation, weight.Indicator, weight.Scaler.GetType()));
    }

    [Fact]
    public void What_was_read_says_that_it_cannot_be_fitted_again()
    {
        TablePreparation preparation = Mixed();
        preparation.Fit(Table("red", null));
        TablePreparation loaded = RoundTrip(preparation);

        Assert.Equal(
            "The preparation of column 'size' was read from a file and cannot be fitted again: create a new one.",
            Assert.Throws<InvalidOperationException>(() => loaded.Fit(Table("red", null))).Message);
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "\"version\": 1", "\"version\": 2", "$.version is 2; expected 1" },
        { "evenkeel-table-preparation", "evenkeel-scaler", "$.format is \"evenkeel-scaler\"" },
        { "\"kind\": \"number\"", "\"kind\": \"text\"", "$.columns[0].kind is \"text\"; expected number or category" },
        { "\"kind\": \"number\"", "\"kind\": \"category\"", "$.columns[0] lacks the field \"encoding\"" },
        { "\"has_missing\": false", "\"has_missing\": false, \"more\": 1", "has the unknown field \"more\"" },
        { "\"has_missing\": false", "\"has_missing\": 0", "$.columns[0].has_missing is 0; expected true or false" },
        { "\"missing\": 1", "\"missing\": -1", "$.columns[1].missing is -1" },
        { "\"rows\": 1", "\"rows\": 0", "$.columns[1].counts[0].rows is 0" },
        { "\"text\": \"green\"", "\"text\": \"red\"", "is \"red\" a second time" },
        { "\"text\": \"green\"", "\"text\": \"blue\"", "$.columns[1].categories does not follow from the counts" },
        { "\"minimum_count\": 1", "\"minimum_count\": 0", "$.columns[1]: " },
        { "\"minimum_count\": 1", "\"minimum_count\": 2", "$.columns[1].categories does not follow from the counts" },
        { "\"encoding\": \"one-hot\"", "\"encoding\": \"two-hot\"", "$.columns[1].encoding is \"two-hot\"" },
        { "\"name\": \"color\"", "\"name\": \"size\"", "There are two preparations for the column 'size'" },
        { "\"name\": \"color\"", "\"name\": \"\"", "$.columns[1]: " },
        { "\"name\": \"color\"", "\"name\": null", "$.columns[1].name is null; expected a string" },
        { "\n}\n", "", "The file is not JSON" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_file_that_contradicts_itself_is_refused_with_the_field(string written, string instead, string message)
    {
        TablePreparation preparation = Mixed();
        preparation.Fit(Table("red", "green", null));
        string json = Json(preparation);
        int at = json.IndexOf(written, StringComparison.Ordinal);
        Assert.True(at >= 0, json);
        string hostile = json[..at] + instead + json[(at + written.Length)..];
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Parsed(hostile));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        TablePreparation preparation = Mixed();
        preparation.Fit(Table("red", "green", null));
        string json = Json(preparation);

        for (int length = 0; length < json.TrimEnd().Length; length += 7)
        {
            Assert.Throws<InvalidDataException>(() => Parsed(json[..length]));
        }
    }

    [Fact]
    public void A_ragged_row_is_an_error_unless_it_does_not_count()
    {
        using var folder = new TemporaryFolder();
        var file = new TableFile(folder.Write("ragged.csv", "size,color\n1,red\n2\n3,red\n"u8.ToArray()));
        TablePreparation preparation = Mixed();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => preparation.Fit(file));

        Assert.Contains("line 3: 1 instead of 2 cells", error.Message, StringComparison.Ordinal);
        preparation.Fit(file, [true, false, true]);
        Assert.Equal(["size", "color=red"], preparation.FeatureNames);
        Assert.Throws<InvalidDataException>(() => preparation.Transform(file));
    }

    [Fact]
    public void A_table_without_rows_is_refused()
    {
        TablePreparation preparation = Mixed();
        preparation.Fit(Table("red"));

        Assert.Equal("'table' has no rows.", Assert.Throws<InvalidDataException>(() => preparation.Transform(Table())).Message);
    }

    [Fact]
    public void Two_threads_prepare_at_once()
    {
        TablePreparation preparation = Mixed();
        TableColumns table = TestTables.Mixed(500);
        float[][] expected = preparation.Fitted(table);

        Parallel.For(0, 8, _ => Assert.Equal(expected, preparation.Features(table)));
    }

    [Fact]
    public void There_is_one_preparation_per_column()
    {
        Assert.Throws<ArgumentException>(() => new TablePreparation());
        Assert.Throws<ArgumentException>(() => new TablePreparation(new NumberPreparation("x"), new CategoryPreparation("x")));
        Assert.Throws<ArgumentNullException>(() => new TablePreparation(new NumberPreparation("x"), null!));
    }

    private static TablePreparation Mixed() => new(new NumberPreparation("size"), new CategoryPreparation("color"));

    private static TableColumns Table(params string?[] colors) =>
        new TableColumns().Add("size", [.. Enumerable.Range(1, colors.Length).Select(i => (double)i)]).Add("color", colors);

    private static string Json(TablePreparation preparation)
    {
        using var stream = new MemoryStream();
        preparation.Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static TablePreparation Parsed(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return TablePreparation.Read(stream);
    }

    private static TablePreparation RoundTrip(TablePreparation preparation) => Parsed(Json(preparation));
}
