using System.Globalization;
using Evenkeel.Layers;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Tests.Models;

/// <summary>Which encoding a column of categories gets.</summary>
public class EncodingTests
{
    private static readonly TableTrainingOptions Quick = new() { Label = "y", Hidden = [8], Epochs = 1 };

    [Theory]
    [InlineData(100, CategoryEncoding.OneHot)]
    [InlineData(101, CategoryEncoding.Embedding)]
    public void Few_categories_are_one_hot_and_many_are_embedded(int categories, CategoryEncoding expected)
    {
        TableModel model = TableTrainer.Train(Table(categories), Quick).Model;

        var column = (CategoryPreparation)Assert.Single(model.Preparation.Columns);
        Assert.Equal(expected, column.Encoding);
        Assert.Equal(categories, column.Counts.Count);
        Assert.Equal(expected == CategoryEncoding.Embedding, model.Network.NamedLayers().Any(named => named.Layer is CategoryEmbedding));
    }

    [Fact]
    public void An_encoding_that_is_given_holds_for_any_number()
    {
        TableModel model = TableTrainer.Train(Table(101), Quick with { Encoding = CategoryEncoding.OneHot, Validation = 0 }).Model;
        Assert.Equal(101, model.Preparation.Width); // the 100 most frequent, and the others
    }

    [Fact]
    public void Numbers_can_be_categories()
    {
        var table = new TableColumns()
            .Add("code", [.. Enumerable.Range(0, 60).Select(row => (double)(row % 3))])
            .Add("y", [.. Enumerable.Range(0, 60).Select(row => row % 2 == 0 ? "a" : "b")]);
        TableModel model = TableTrainer.Train(table, Quick with { Categories = ["code"] }).Model;
        Assert.Equal(["code=0", "code=1", "code=2"], model.Preparation.FeatureNames);
    }

    private static string City(int number) => number.ToString("'c'000", CultureInfo.InvariantCulture);

    private static TableColumns Table(int categories) => new TableColumns()
        .Add("city", [.. Enumerable.Range(0, 5 * categories).Select(row => City(row % categories))])
        .Add("y", [.. Enumerable.Range(0, 5 * categories).Select(row => row % 2 == 0 ? "a" : "b")]);
}
