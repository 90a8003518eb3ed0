using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using static Evenkeel.Tables.Tests.Support.TestTables;

namespace Evenkeel.Tables.Tests.Preparation;

public sealed class NumberPreparationTests
{
    private static readonly double[] Values = [1, double.NaN, 2, 2, 7];

    /// <summary>Scalers, and what the numbers that are there, 1, 2, 2 and 7, give.</summary>
    private static readonly (string Name, Func<Scaler> Create, Func<double, double> Scaled)[] Scalers =
    [
        ("standard", () => new StandardScaler(), x => (x - 3) / Math.Sqrt(5.5)),
        ("min-max", () => new MinMaxScaler(0, 1), x => (x - 1) / 6),
        ("max-abs", () => new MaxAbsScaler(), x => x / 7),
        ("robust", () => new RobustScaler(), x => (x - 2) / 1.5),
        ("log", () => new LogScaler(offset: 10), x => Math.Log(x + 10)),
    ];

    public static TheoryData<Imputation, double> Imputations => new()
    {
        { Imputation.Median, 2 }, { Imputation.Mean, 3 }, { Imputation.MostFrequent, 2 }, { Imputation.Constant, -4 },
    };

    [Theory]
    [MemberData(nameof(Imputations))]
    public void A_gap_is_filled_before_it_is_scaled_by_the_numbers_that_are_there(Imputation imputation, double filling)
    {
        foreach ((string name, Func<Scaler> create, Func<double, double> scaled) in Scalers)
        {
            foreach (bool? indicator in (bool?[])[null, true, false])
            {
                var column = new NumberPreparation("x", create) { Imputation = imputation, Constant = -4, Indicator = indicator };
                float[][] features = new TablePreparation(column).Fitted(OfNumbers(Values));

                Assert.Equal(filling, column.Filling);
                Assert.Equal(indicator ?? true, column.HasIndicator);
                for (int row = 0; row < Values.Length; row++)
                {
                    bool isMissing = double.IsNaN(Values[row]);
                    Assert.True(Math.Abs(features[row][0] - scaled(isMissing ? filling : Values[row])) < 1e-6, $"{name}, row {row}");
                    Assert.Equal(indicator ?? true ? [isMissing ? 1f : 0f] : [], features[row][1..]);
                }
            }
        }
    }

    [Fact]
    public void Without_a_gap_in_the_fit_there_is_no_indicator_and_a_later_gap_is_filled()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));
        preparation.Fit(OfNumbers(1, 3));

        Assert.Equal(["x"], preparation.FeatureNames);
        Assert.Equal([[0f], [1f]], preparation.Features(OfNumbers(double.NaN, 3)));
    }

    [Fact]
    public void Features_have_names()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));
        preparation.Fit(OfNumbers(1, double.NaN));

        Assert.Equal(["x", "x=missing"], preparation.FeatureNames);
        Assert.Equal(2, preparation.Width);
    }

    [Fact]
    public void A_pipeline_of_two_scalers_that_learn_is_fitted_in_two_passes()
    {
        static Scaler Create() => new ScalerPipeline(new MinMaxScaler(0, 1), new StandardScaler());
        var column = new NumberPreparation("x", Create);
        float[][] features = new TablePreparation(column).Fitted(OfNumbers(Values));

        Assert.Equal((1 - 3) / Math.Sqrt(5.5), features[0][0], 1e-6);
        Assert.Equal((2 - 3) / Math.Sqrt(5.5), features[1][0], 1e-6);
        Assert.Equal(2, column.Filling);
    }

    [Fact]
    public void A_fit_that_failed_in_its_second_pass_leaves_nothing_and_can_be_repeated()
    {
        var column = new NumberPreparation("x", () => new ScalerPipeline(new MinMaxScaler(0, 1), new StandardScaler()));
        var preparation = new TablePreparation(column, new NumberPreparation("y"));
        TableColumns table = OfNumbers(Values).Add("y", [1, 2, 3, 4, 5]);

        Assert.Throws<IOException>(() => preparation.Fit(new FailingTable(table, opens: 1)));
        Assert.All(preparation.Columns, prepared => Assert.False(prepared.IsFitted));
        Assert.Throws<InvalidOperationException>(() => preparation.Transform(table));
        preparation.Fit(table);

        Assert.Equal(2, column.Filling);
    }

    [Fact]
    public void A_cell_that_is_no_finite_number_is_named()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));
        TableCellException text = Assert.Throws<TableCellException>(() => preparation.Fit(OfTexts(null, null, "three")));
        TableCellException infinite = Assert.Throws<TableCellException>(() => preparation.Fit(OfNumbers(1, double.PositiveInfinity)));
        preparation.Fit(OfNumbers(1, 2));
        TableCellException later = Assert.Throws<TableCellException>(() => preparation.Transform(OfTexts(null, "?")));

        Assert.Equal("'table', row 3, column 'x': 'three' is not a number.", text.Message);
        Assert.Contains("row 2, column 'x'", infinite.Message, StringComparison.Ordinal);
        Assert.Contains("is not a finite number", infinite.Message, StringComparison.Ordinal);
        Assert.Equal("'table', row 2, column 'x': '?' is not a number.", later.Message);
    }

    [Fact]
    public void A_number_that_the_scaler_refuses_is_named()
    {
        var preparation = new TablePreparation(new NumberPreparation("x", () => new LogScaler()));
        TableCellException error = Assert.Throws<TableCellException>(() => preparation.FitTransform(OfNumbers(1, 2, -5)));

        Assert.Equal("'table', row 3, column 'x': '-5' cannot be scaled.", error.Message);
    }

    [Fact]
    public void A_number_beyond_single_precision_is_named()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));
        preparation.Fit(OfNumbers(0, 1));

        TableCellException error = Assert.Throws<TableCellException>(() => preparation.Transform(OfNumbers(1e300)));
        Assert.Equal("row 1", error.Location);
    }

    [Fact]
    public void Numbers_too_far_apart_are_refused()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));

        Assert.Contains(
            "'x'",
            Assert.Throws<InvalidDataException>(() => preparation.Fit(OfNumbers(-1e308, 1e308))).Message,
            StringComparison.Ordinal);
        Assert.False(preparation.IsFitted);
    }

    [Fact]
    public void A_column_without_a_number_has_nothing_to_fit_to()
    {
        var preparation = new TablePreparation(new NumberPreparation("x"));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => preparation.Fit(OfNumbers(double.NaN, double.NaN)));

        Assert.Equal("'table', column 'x' has no numbers to fit to.", error.Message);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_filling_that_is_no_finite_number_is_refused(double constant) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new NumberPreparation("x") { Imputation = Imputation.Constant, Constant = constant });
}
