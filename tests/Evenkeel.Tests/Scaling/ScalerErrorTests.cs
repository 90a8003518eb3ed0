using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using static Evenkeel.Tests.Scaling.RowTables;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

public class ScalerErrorTests
{
    public static TheoryData<string> All => AffineScalers.Names;

    [Theory]
    [MemberData(nameof(All))]
    public void Infinities_are_refused_with_row_and_column_and_what_was_fitted_stays(string name)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            AffineScaler scaler = Fitted(name);
            double[] before = AffineScalers.Parameters(scaler);
            T[][] rows = Rows<T>(5000, 2, seed: 1);
            rows[4000][0] = T.NegativeInfinity;
            rows[3000][1] = T.PositiveInfinity;
            rows[3000][0] = T.NaN;
            rows[100][0] = T.NaN;
            double[] weights = new double[5000];   // not even in rows that do not count
            foreach ((Tensor<T> table, string place) in InBothLayouts(rows).Zip((string[])["row 3000, column 1", "row 4000, column 0"]))
            {
                AssertRefused<ArgumentException>(() => scaler.Fit(table), "table", place, "infinite");
                AssertRefused<ArgumentException>(() => scaler.Fit(table, weights), "table", place);
                AssertRefused<ArgumentException>(() => scaler.PartialFit(table), "table", place);
                AssertRefused<ArgumentException>(() => scaler.Transform(table), "table", place);
                AssertRefused<ArgumentException>(() => scaler.InverseTransform(table), "table", place);
                Assert.Equal(before, AffineScalers.Parameters(scaler));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Values_that_spread_beyond_double_precision_are_refused_and_what_was_fitted_stays(string name)
    {
        AffineScaler scaler = Fitted(name);
        double[] before = AffineScalers.Parameters(scaler);
        if (scaler is MaxAbsScaler)
        {
            return;   // the largest magnitude of numbers is a number
        }

        Tensor<double> huge = ByRows<double>([[1, double.MaxValue], [2, -double.MaxValue]]);
        AssertRefused<ColumnException>(() => scaler.Fit(huge), "table", "column 1", "spread");
        AssertRefused<ColumnException>(() => scaler.PartialFit(huge), "table", "column 1");
        Assert.Equal(before, AffineScalers.Parameters(scaler));

        // Each part has a spread, the whole has none.
        AffineScaler low = AffineScalers.All[name](), high = AffineScalers.All[name]();
        low.Fit(Column(-double.MaxValue, -double.MaxValue));
        high.Fit(Column(double.MaxValue, double.MaxValue));
        before = AffineScalers.Parameters(low);
        AssertRefused<ColumnException>(() => low.Merge(high), "other", "column 0");
        Assert.Equal(before, AffineScalers.Parameters(low));
    }

    [Fact]
    public void A_deviation_beyond_double_precision_is_refused_and_what_was_fitted_stays()
    {
        var scaler = new StandardScaler();
        scaler.Fit(Column(1.0, 2));
        double[] before = AffineScalers.Parameters(scaler);
        AssertRefused<ColumnException>(() => scaler.Fit(Column(1e200, -1e200), [1e-300, 1e-300]), "table", "column 0", "spread");
        Assert.Equal(before, AffineScalers.Parameters(scaler));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shapes_that_are_no_table_or_another_are_refused(string name)
    {
        AffineScaler scaler = Fitted(name);
        double[] before = AffineScalers.Parameters(scaler);
        AssertRefused<ArgumentException>(() => scaler.Fit(Tensor.CreateFromShape<double>([4])), "table", "rank 2", "rank 1");
        AssertRefused<ArgumentException>(() => scaler.Fit(Tensor.CreateFromShape<double>([2, 2, 2])), "table", "rank 3");
        AssertRefused<ArgumentException>(() => scaler.Fit(Strided<double>(3, 2)), "table", "gaps");
        AssertRefused<ArgumentException>(() => scaler.Fit(Tensor.CreateFromShape<double>([3, 0])), "table", "no columns");
        AssertRefused<ArgumentNullException>(() => scaler.Fit((Tensor<double>)null!), "table");
        AssertRefused<ArgumentException>(() => scaler.PartialFit(Column(1.0)), "table", "1 columns", "2");
        AssertRefused<ArgumentException>(() => scaler.Transform(Column(1.0)), "table", "1 columns", "2");
        AssertRefused<ArgumentException>(() => scaler.InverseTransform(Strided<double>(3, 2)), "table", "gaps");
        Assert.Equal(before, AffineScalers.Parameters(scaler));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Destinations_of_another_shape_or_layout_or_that_overlap_in_part_are_refused(string name)
    {
        AffineScaler scaler = Fitted(name);
        Tensor<double> table = ByRows(Rows<double>(3, 2, seed: 1));
        Refused(Tensor.CreateFromShape<double>([2, 2]), "[2, 2]", "[3, 2]");
        Refused(ByColumns(Rows<double>(3, 2, seed: 1)), "layout");
        Refused(Strided<double>(3, 2), "gaps");
        var shared = new double[8];
        AssertRefused<ArgumentException>(
            () => scaler.Transform<double>(
                new ReadOnlyTensorSpan<double>(shared.AsSpan(0, 6), [3, 2], []), new TensorSpan<double>(shared.AsSpan(2, 6), [3, 2], [])),
            "destination",
            "overlaps");
        var bytes = new byte[56];
        AssertRefused<ArgumentException>(
            () => scaler.Transform<double>(
                new ReadOnlyTensorSpan<double>(MemoryMarshal.Cast<byte, double>(bytes.AsSpan(0, 48)), [3, 2], []),
                new TensorSpan<double>(MemoryMarshal.Cast<byte, double>(bytes.AsSpan(4, 48)), [3, 2], [])),
            "destination",
            "overlaps");

        void Refused(Tensor<double> destination, params string[] words) => AssertRefused<ArgumentException>(
            () => scaler.Transform(table, destination.AsTensorSpan()), "destination", words);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_that_are_too_few_negative_or_not_finite_are_refused(string name)
    {
        AffineScaler scaler = Fitted(name);
        double[] before = AffineScalers.Parameters(scaler);
        Tensor<double> table = ByRows(Rows<double>(3, 2, seed: 1));
        AssertRefused<ArgumentException>(() => scaler.Fit(table, [1, 2]), "weights", "2 weights", "3 rows");
        AssertRefused<ArgumentException>(() => scaler.Fit(table, [1, -1, 2]), "weights", "row 1", "-1");
        AssertRefused<ArgumentException>(() => scaler.PartialFit(table, [1, 2, double.NaN]), "weights", "row 2", "NaN");
        AssertRefused<ArgumentException>(() => scaler.Fit(table, [double.PositiveInfinity, 2, 1]), "weights", "row 0");
        AssertRefused<ArgumentException>(() => scaler.Fit(table, [1e308, 0, 1e308]), "weights", "add up");
        Assert.Equal(before, AffineScalers.Parameters(scaler));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("robust")]
    public void Weights_that_add_up_to_infinity_over_parts_are_refused(string name)
    {
        var scaler = (AffineScaler)Scalers.Unfitted[name]();
        var other = (AffineScaler)Scalers.Unfitted[name]();
        var table = Tensor.Create([1e-5, 2e-5, 3e-5, 5e-5], [2, 2]);
        scaler.PartialFit(table, [1e308, 0]);
        other.PartialFit(table, [1, 1e308]);
        double[] before = [.. scaler.Center, .. scaler.Scale];
        AssertRefused<ArgumentException>(() => scaler.PartialFit(table, [0, 1e308]), "weights", "add up");
        AssertRefused<ArgumentException>(() => scaler.Merge(other), "other", "add up");
        Assert.Equal(before, scaler.Center.Concat(scaler.Scale));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("robust")]
    public void Weights_may_be_as_large_as_they_add_up(string name)
    {
        var scaler = (AffineScaler)Scalers.Unfitted[name]();
        Tensor<double> table = ByRows(Rows<double>(5, 3, seed: 1));
        double[] weights = [1, 2, 0.3, 4, 0];
        scaler.Fit(table, weights);
        double[] expected = [.. scaler.Center, .. scaler.Scale];
        scaler.Fit(table, [.. weights.Select(weight => Math.ScaleB(weight, 1000))]);
        Assert.Equal(expected, scaler.Center.Concat(scaler.Scale));
    }

    [Theory]
    [MemberData(nameof(Scalers.Names), MemberType = typeof(Scalers))]
    public void Weights_that_add_up_to_infinity_are_refused_by_every_scaler(string name)
    {
        Tensor<double> table = Scalers.Table(3, seed: 1);
        AssertRefused<ArgumentException>(() => Scalers.Unfitted[name]().Fit(table, [1e308, 1e308, 1e308]), "weights", "add up");
        AssertRefused<ArgumentException>(() => Scalers.Unfitted[name]().PartialFit(table, [1e308, 1e308, 1e308]), "weights", "add up");
    }

    [Fact]
    public void Weights_that_bring_sums_out_of_range_are_named()
    {
        double[] weights = [1e307, 1e307, 1e307];
        AssertRefused<ColumnException>(() =>
            new StandardScaler().Fit(Column(10.0, 20, 30), weights), "table", "column 0", "with their weights spread");
        StandardScaler scaler = new(), other = new();
        scaler.Fit(Column(-1.0, -1, -1), weights);
        other.Fit(Column(10.0, 10, 10), weights);
        AssertRefused<ColumnException>(() => scaler.Merge(other), "other", "column 0", "with their weights spread");
    }

    [Fact]
    public void A_column_of_the_largest_number_may_have_missing_values_and_weights()
    {
        foreach (double number in (double[])[double.MaxValue, double.MinValue])
        {
            var scaler = new StandardScaler();
            scaler.Fit(Column(number, double.NaN, number));
            Assert.Equal(new Moments(2, number, 0), scaler.Moments[0]);
            scaler.Fit(Column(double.NaN, 3, number, number), [1, 0, 2, 3]);
            Assert.Equal(new Moments(5, number, 0), scaler.Moments[0]);
            AssertRefused<ColumnException>(() =>
                scaler.Fit(Column(number, double.NaN, -number)), "table", "column 0 (counted from 0) spread");
        }
    }

    [Fact]
    public void A_column_that_is_refused_is_told()
    {
        var scaler = new ColumnTransformer((new StandardScaler(), [3, 1]), (new MinMaxScaler(), [0]));
        var table = Tensor.Create([1.0, 1, 1, 1e300, 2, 2, 2, -1e300], [2, 4]);
        var exception = Assert.Throws<ColumnException>(() => scaler.Fit(table));
        Assert.Equal((3, "spread too far for a variance in double precision"), (exception.Column, exception.Reason));
        Assert.Equal("The values of column 3 (counted from 0) spread too far for a variance in double precision. (Parameter 'table')",
            exception.Message);
    }

    [Fact]
    public void More_elements_than_an_index_counts_are_refused()
    {
        // The memory is not there: the shape alone is looked at.
        unsafe
        {
            double one = 0;
            var table = new ReadOnlyTensorSpan<double>(&one, (nint)1 << 31, [1 << 30, 2], []);
            ArgumentException? thrown = null;
            try
            {
                new StandardScaler().Fit(table);
            }
            catch (ArgumentException exception)
            {
                thrown = exception;
            }

            Assert.Contains("2,147,483,647", thrown!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Other_types_are_not_supported() =>
        Assert.Throws<NotSupportedException>(() => new StandardScaler().Fit(Column<Half>((Half)1, (Half)2)));

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_not_fitted_transforms_nothing(string name)
    {
        Assert.Throws<InvalidOperationException>(() => AffineScalers.All[name]().Transform(Column(1.0)));
        Assert.Throws<InvalidOperationException>(() => AffineScalers.All[name]().InverseTransform(Column(1.0)));
    }

    [Fact]
    public void Scalers_of_another_kind_settings_or_columns_do_not_merge()
    {
        StandardScaler scaler = Of(new StandardScaler());
        double[] before = AffineScalers.Parameters(scaler);
        AssertRefused<ArgumentNullException>(() => scaler.Merge(null!), "other");
        AssertRefused<ArgumentException>(() => scaler.Merge(Of(new UnitVarianceScaler())), "other", "StandardScaler", "UnitVarianceScaler");
        AssertRefused<ArgumentException>(() => scaler.Merge(Of(new StandardScaler(VarianceEstimator.Sample))), "other", "settings");
        AssertRefused<ArgumentException>(() => Of(new MinMaxScaler()).Merge(Of(new MinMaxScaler(0, 2))), "other", "settings");
        AssertRefused<ArgumentException>(() => Of(new MinMaxScaler()).Merge(Of(new MinMaxScaler(clip: true))), "other", "settings");
        var narrow = new StandardScaler();
        narrow.Fit(Column(1.0, 2));
        AssertRefused<ArgumentException>(() => scaler.Merge(narrow), "other", "1 columns", "2");
        Assert.Equal(before, AffineScalers.Parameters(scaler));

        static TScaler Of<TScaler>(TScaler made)
            where TScaler : AffineScaler
        {
            made.Fit(ByRows(Rows<double>(5, 2, seed: 1)));
            return made;
        }
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new MinMaxScaler(double.NaN), "low");
        AssertRefused<ArgumentOutOfRangeException>(() => new MinMaxScaler(1, 1), "high");
        AssertRefused<ArgumentOutOfRangeException>(() => new MinMaxScaler(1, double.NaN), "high");
        AssertRefused<ArgumentOutOfRangeException>(() => new MinMaxScaler(-double.MaxValue, double.MaxValue), "high");
        AssertRefused<ArgumentOutOfRangeException>(() => new StandardScaler((VarianceEstimator)9), "variance");
    }

    private static AffineScaler Fitted(string name)
    {
        AffineScaler scaler = AffineScalers.All[name]();
        scaler.Fit(ByRows(Rows<double>(5, 2, seed: 1)));
        return scaler;
    }
}
