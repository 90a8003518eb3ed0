using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class RegressionTableTests
{
    [Fact]
    public void The_made_up_features_fill_their_ranges_and_make_the_target_up_to_noise_of_deviation_1()
    {
        RegressionTable table = RegressionTable.Of(RegressionTable.Synthetic, seed: 0);
        double[][] rows = Rows(table);
        Assert.Equal(RegressionTable.SyntheticRows, rows.Length);
        Assert.All(rows, row => Assert.InRange(row[0], 1, 5));
        Assert.All(rows, row => Assert.InRange(row[1], 1000, 99999));
        Assert.InRange(rows.Max(row => row[0]) - rows.Min(row => row[0]), 3.9, 4);
        Assert.InRange(rows.Max(row => row[1]) - rows.Min(row => row[1]), 96000, 98999);

        double[] noise = [.. rows.Zip(table.Targets, (row, y) => y - (10 + 2 * row[0] + 0.0001 * row[1]))];
        Assert.Equal(0, noise.Average(), 0.2);
        Assert.Equal(1, Math.Sqrt(noise.Average(e => e * e)), 0.15);
    }

    [Fact]
    public void Wines_are_drawn_without_repetition_from_178_whose_measurements_are_those_of_the_source()
    {
        var all = new HashSet<string>();
        for (int seed = 0; seed < 10; seed++)
        {
            RegressionTable table = RegressionTable.Of(RegressionTable.Wine, seed);
            string[] wines = [.. Rows(table).Zip(table.Targets, (row, alcohol) => $"{alcohol} {string.Join(' ', row)}")];
            Assert.Equal(RegressionTable.WineRows, wines.Distinct().Count());
            all.UnionWith(wines);
            Assert.All(Rows(table), row => Assert.Equal(12, row.Length));
            Assert.All(Rows(table), row => Assert.InRange(row[^1], 278, 1680));
            Assert.All(table.Targets, alcohol => Assert.InRange(alcohol, 11, 14.9));
        }

        Assert.Equal(178, all.Count);
        Assert.Contains("14.23 1.71 2.43 15.6 127 2.8 3.06 0.28 2.29 5.64 1.04 3.92 1065", all);
    }

    [Theory]
    [InlineData(RegressionTable.Synthetic)]
    [InlineData(RegressionTable.Wine)]
    public void A_seed_gives_its_rows_and_no_others(string name)
    {
        Assert.Equal(RegressionTable.Of(name, 1).Targets, RegressionTable.Of(name, 1).Targets);
        Assert.NotEqual(RegressionTable.Of(name, 1).Targets, RegressionTable.Of(name, 2).Targets);
    }

    [Fact]
    public void An_unknown_table_is_refused() => Assert.Throws<ArgumentException>("name", () => RegressionTable.Of("iris", 0));

    private static double[][] Rows(RegressionTable table)
    {
        var elements = new double[table.Features.FlattenedLength];
        table.Features.FlattenTo(elements);
        return [.. elements.Chunk((int)table.Features.Lengths[1])];
    }
}
