using System.Numerics;
using System.Numerics.Tensors;
using Evenkeel.Normalization;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Scaling.RowTables;

namespace Evenkeel.Tests.Scaling;

[Collection(nameof(ProcessWideState))]
public class ScalerTests
{
    public static TheoryData<string> All => AffineScalers.Names;

    public static TheoryData<string> OfExtrema => AffineScalers.NamesOfExtrema;

    public static TheoryData<string> OfMoments => AffineScalers.NamesOfMoments;

    [Fact]
    public void Formulas()
    {
        double[] column = [1, 2, 6];
        double deviation = Math.Sqrt(14.0 / 3), sample = Math.Sqrt(7);
        Check(new StandardScaler(), [-2 / deviation, -1 / deviation, 3 / deviation]);
        Check(new StandardScaler(VarianceEstimator.Sample), [-2 / sample, -1 / sample, 3 / sample]);
        Check(new ZeroMeanScaler(), [-2, -1, 3]);
        Check(new UnitVarianceScaler(), [1 / deviation, 2 / deviation, 6 / deviation]);
        Check(new UnitVarianceScaler(VarianceEstimator.Sample), [1 / sample, 2 / sample, 6 / sample]);
        Check(new MinMaxScaler(), [0, 0.2, 1]);
        Check(new MinMaxScaler(-1, 3), [-1, -0.2, 3]);
        Check(new MaxAbsScaler(), [1 / 6.0, 1 / 3.0, 1]);

        void Check(Scaler scaler, double[] expected)
        {
            scaler.Fit(Column(column));
            Closeness.AssertClose(expected, Elements(scaler.Transform(Column(column))), 3e-16, 1, scaler.GetType().Name);
        }
    }

    [Fact]
    public void A_range_clips_what_falls_outside_if_told_to()
    {
        var scaler = new MinMaxScaler(2, 4, clip: true);
        scaler.Fit(Column(0.0, 10));
        Assert.Equal([2, 2, 3, 4, 4, double.NaN], Elements(scaler.Transform(Column(-1.0, 0, 5, 10, 11, double.NaN))));
        Assert.Equal([0, 5, 10, 20], Elements(scaler.InverseTransform(Column(2.0, 3, 4, 6))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_parameters_say_what_is_computed(string name)
    {
        AffineScaler scaler = AffineScalers.All[name]();
        double[][] rows = Rows<double>(20, 5, seed: 1);
        scaler.Fit(ByRows(rows));
        double[] expected = [.. rows.SelectMany(row => row.Select((x, c) => (x - scaler.Center[c]) / scaler.Scale[c] + scaler.Shift[c]))];
        Assert.Equal(expected, Elements(scaler.Transform(ByRows(rows))));
        Assert.All(scaler.IsConstant, Assert.False);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Layouts_agree_and_a_result_lies_as_its_table_does(string name)
    {
        foreach (int columns in (int[])[1, 3, 16, 40])
        {
            Check(Rows<float>(300, columns, seed: 1));
            Check(Rows<double>(300, columns, seed: 1));
        }

        void Check<T>(T[][] rows)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Tensor<T>[] tables = InBothLayouts(rows);
            AffineScaler[] scalers = [.. tables.Select(table => Fitted(name, table))];
            Closeness.AssertClose(AffineScalers.Parameters(scalers[0]), AffineScalers.Parameters(scalers[1]), Tolerances.DoubleSums);

            Tensor<T>[] results = [.. tables.Select(scalers[0].Transform)];
            Assert.Equal(Elements(results[0]), Elements(results[1]));
            Assert.Equal(tables[1].Strides.ToArray(), results[1].Strides.ToArray());
            foreach (Tensor<T> table in tables)
            {
                T[] expected = Elements(scalers[0].Transform(table));
                scalers[0].Transform(table, table.AsTensorSpan());
                Assert.Equal(expected, Elements(table));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaN_is_passed_over_in_fitting_leaves_other_columns_alone_and_stays_in_transforming(string name)
    {
        foreach (int columns in (int[])[2, 33])
        {
            double[][] rows = Rows<double>(700, columns, seed: 1);
            double[][] holed = [.. rows.Select((row, i) => (double[])[i % 3 == 1 ? double.NaN : row[0], .. row[1..]])];
            double[][] without = [.. rows.Where((_, i) => i % 3 != 1)];
            foreach ((Tensor<double> table, Tensor<double> complete, Tensor<double> shorter) in
                InBothLayouts(holed).Zip(InBothLayouts(rows), InBothLayouts(without)))
            {
                AffineScaler scaler = Fitted(name, table), other = Fitted(name, complete), expected = Fitted(name, shorter);
                AssertSame(other.Center.Skip(1), scaler.Center.Skip(1));
                AssertSame(other.Scale.Skip(1), scaler.Scale.Skip(1));
                Assert.Equal(expected.Center[0], scaler.Center[0], 1e-14);
                Assert.Equal(expected.Scale[0], scaler.Scale[0], 1e-14);
                Assert.Equal(Elements(table).Select(double.IsNaN), Elements(scaler.Transform(table)).Select(double.IsNaN));
                Assert.Equal(Elements(table).Select(double.IsNaN), Elements(scaler.InverseTransform(table)).Select(double.IsNaN));
            }
        }

        static void AssertSame(IEnumerable<double> a, IEnumerable<double> b) => Assert.Equal([.. a], [.. b]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Whole_weights_are_repeated_rows_and_a_weight_of_0_is_none(string name)
    {
        double[][] rows = Rows<double>(300, 19, seed: 1);
        double[] weights = [.. Enumerable.Range(0, 300).Select(i => (double)(i % 4))];
        double[][] repeated = [.. rows.SelectMany((row, i) => Enumerable.Repeat(row, i % 4))];
        rows[0][3] = 1e9;   // in a row that does not count
        foreach ((Tensor<double> table, Tensor<double> longer) in InBothLayouts(rows).Zip(InBothLayouts(repeated)))
        {
            AffineScaler scaler = AffineScalers.All[name]();
            scaler.Fit(table, weights);
            Closeness.AssertClose(AffineScalers.Parameters(Fitted(name, longer)), AffineScalers.Parameters(scaler), Tolerances.DoubleSums);
        }

        AffineScaler ones = AffineScalers.All[name]();
        ones.Fit(ByRows(rows), [.. Enumerable.Repeat(1.0, 300)]);
        Closeness.AssertClose(AffineScalers.Parameters(Fitted(name, ByRows(rows))), AffineScalers.Parameters(ones), Tolerances.DoubleSums);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        foreach (int columns in (int[])[1, 33, 700])
        {
            float[][] rows = Rows<float>(200_000 / columns, columns, seed: 1);
            float[][] holed = [.. rows.Select((row, i) => i % 5 == 0 ? (float[])[float.NaN, .. row[1..]] : row)];
            double[] weights = [.. rows.Select((_, i) => i % 3 + 0.5)];
            foreach (Tensor<float> table in (Tensor<float>[])[.. InBothLayouts(rows), .. InBothLayouts(holed)])
            {
                (double[] Fit, double[] Weighted, float[] Result) alone = default;
                WithThreads(1, () => alone = Run(table, weights));
                foreach (int threads in (int[])[2, 5])
                {
                    WithThreads(threads, () =>
                    {
                        (double[] fit, double[] weighted, float[] result) = Run(table, weights);
                        Assert.Equal(alone.Fit, fit);
                        Assert.Equal(alone.Weighted, weighted);
                        Closeness.AssertSameBits(alone.Result, result);
                    });
                }
            }
        }

        (double[] Fit, double[] Weighted, float[] Result) Run(Tensor<float> table, double[] weights)
        {
            AffineScaler scaler = Fitted(name, table), weighted = AffineScalers.All[name]();
            weighted.Fit(table, weights);
            return (AffineScalers.Parameters(scaler), AffineScalers.Parameters(weighted), Elements(scaler.Transform(table)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_not_fitted_takes_anything_in_and_merging_it_changes_nothing(string name)
    {
        Tensor<double> table = ByRows(Rows<double>(9, 2, seed: 1));
        AffineScaler fitted = Fitted(name, table), partial = AffineScalers.All[name](), merged = AffineScalers.All[name]();
        partial.PartialFit(table);
        merged.Merge(fitted);
        Assert.Equal(AffineScalers.Parameters(fitted), AffineScalers.Parameters(partial));
        Assert.Equal(AffineScalers.Parameters(fitted), AffineScalers.Parameters(merged));
        fitted.Merge(AffineScalers.All[name]());
        Assert.Equal(AffineScalers.Parameters(merged), AffineScalers.Parameters(fitted));

        fitted.Fit(ByRows(Rows<double>(4, 3, seed: 2)));
        Assert.Equal(AffineScalers.Parameters(Fitted(name, ByRows(Rows<double>(4, 3, seed: 2)))), AffineScalers.Parameters(fitted));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_table_without_rows_or_a_column_without_numbers_is_left_as_it_is(string name)
    {
        AffineScaler scaler = Fitted(name, Tensor.CreateFromShape<double>([0, 2]));
        Assert.Equal(2, scaler.Columns);
        scaler.PartialFit(ByRows<double>([[double.NaN, 1], [double.NaN, 3]]));
        Assert.Equal([true, false], scaler.IsConstant);
        Assert.Equal((0, 1, 0), (scaler.Center[0], scaler.Scale[0], scaler.Shift[0]));
        Assert.Equal(5, Elements(scaler.Transform(ByRows<double>([[5, 1]])))[0]);
        Assert.Empty(Elements(scaler.Transform(Tensor.CreateFromShape<double>([0, 2]))));
    }

    [Theory]
    [MemberData(nameof(OfMoments))]
    public void Columns_that_are_constant_are_found_however_they_are_fitted(string name)
    {
        foreach (double value in (double[])[0, 0.1, -1 / 3.0, 1e9 + 0.1, 1e150, 1e-300, 5e-324])
        {
            AffineScaler scaler = AffineScalers.All[name]();
            var random = new Random(1);
            for (int part = 0; part < 300; part++)
            {
                double[] column = [.. Enumerable.Repeat(value, random.Next(1, 50))];
                if (part % 3 == 0)
                {
                    scaler.PartialFit(Column(column), [.. column.Select(_ => random.NextDouble())]);
                }
                else
                {
                    scaler.PartialFit(Column([.. column, .. part % 3 == 1 ? (double[])[double.NaN] : []]));
                }
            }

            Assert.True(scaler.IsConstant[0]);
            Assert.Equal(1, scaler.Scale[0]);
            Assert.Equal(
                scaler is UnitVarianceScaler ? value : 0,
                Elements(scaler.Transform(Column(value)))[0],
                Math.Abs(value) * Math.ScaleB(1, -52));
        }
    }

    [Theory]
    [InlineData("standard, sample", 0.25)]
    [InlineData("standard, sample", 0.125)]
    [InlineData("unit variance, sample", 0.25)]
    public void Weights_that_sum_up_to_no_more_than_1_are_too_few_for_a_sample(string name, double weight)
    {
        AffineScaler scaler = AffineScalers.All[name]();
        scaler.PartialFit(Column(1.0, 2, 3, 4), [weight, weight, weight, weight]);
        Assert.Equal((true, 1), (scaler.IsConstant[0], scaler.Scale[0]));

        scaler.PartialFit(Column(1.0, 2, 3, 4), [1, 1, 1, 1]);
        Assert.Equal(Math.Sqrt(5 * (1 + weight) / (3 + 4 * weight)), scaler.Scale[0], 1e-14);
    }

    [Theory]
    [InlineData(1e9, 1e-3)]
    [InlineData(1e9, 2.4e-7)]   // two units in the last place
    [InlineData(0, 1e-160)]
    [InlineData(1e-300, 1e-150)]
    [InlineData(0, 1e150)]
    public void Columns_that_are_nearly_constant_tiny_or_huge_have_a_spread(double center, double spread)
    {
        double[] column = [.. Enumerable.Range(0, 1000).Select(i => center + (i % 2 == 0 ? spread : -spread))];
        foreach (Tensor<double> table in InBothLayouts<double>([.. column.Select(x => (double[])[x, 1])]))
        {
            AffineScaler scaler = Fitted("standard", table);
            Assert.Equal([false, true], scaler.IsConstant);
            Assert.All(Elements(scaler.Transform(table)).Where((_, i) => i % 2 == 0), y => Assert.Equal(1, Math.Abs(y), 1e-3));
        }
    }

    [Theory]
    [MemberData(nameof(OfExtrema))]
    public void Extrema_take_a_column_for_constant_only_where_every_number_is_the_same(string name)
    {
        AffineScaler scaler = Fitted(name, ByRows<double>([[7, 7, 0, 1e-310], [7, Math.BitIncrement(7), -0.0, 3e-310]]));
        Assert.Equal([scaler is not MaxAbsScaler, false, true, false], scaler.IsConstant);
        double[] y = Elements(scaler.Transform(ByRows<double>([[7, 7, 0, 1e-310], [7, Math.BitIncrement(7), 0, 3e-310]])));
        Assert.All(y, value => Assert.True(double.IsFinite(value)));
    }

    private static AffineScaler Fitted<T>(string name, Tensor<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AffineScaler scaler = AffineScalers.All[name]();
        scaler.Fit(table);
        return scaler;
    }
}
