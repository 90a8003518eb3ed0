using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using Evenkeel.Scaling;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

[Collection(nameof(ProcessWideState))]
public class YeoJohnsonScalerTests
{
    [Theory]
    [InlineData(new[] { -1e100, 1, 2, 3, 1e100 })]
    [InlineData(new[] { -1e149, -1, 0, 5, 1e149 })]
    [InlineData(new[] { -1e150, 1, 2, 3, 1e150 })]
    [InlineData(new[] { -1e60, -2e60, -5e60, 1, 3e60 })]
    [InlineData(new[] { 1, 2, 3, 4, 1e150 })]
    [InlineData(new[] { -1e150, 1, 2, 3, 4 })]
    [InlineData(new[] { 1e100, 3e100, 3.5e100, 3.9e100, 4e100 })]
    [InlineData(new[] { -1e100, -3e100, -3.5e100, -3.9e100, -4e100 })]
    public void Large_values_of_both_signs_are_scaled(double[] values)
    {
        var scaler = new YeoJohnsonScaler();
        Tensor<double> table = Tensor.Create(values, [values.Length, 1]);
        scaler.Fit<double>(table);
        Tensor<double> scaled = Tensor.CreateFromShape<double>([values.Length, 1]);
        scaler.Transform<double>(table, scaled);
        double[] y = [.. scaled];
        double mean = y.Average();
        Assert.Equal(0, mean, 1e-9);
        Assert.Equal(1, Math.Sqrt(y.Average(value => (value - mean) * (value - mean))), 1e-9);
        Array.Sort(values, y);
        Assert.Equal(y.Order(), y);
    }

    [Fact]
    public void Lambda_has_at_least_the_likelihood_of_scikit_learn_s_and_results_agree()
    {
        foreach (QuantileScalersGolden golden in QuantileScalersGolden.All.Where(golden => golden.YeoJohnson is not null))
        {
            YeoJohnsonScaler fitted = Fitted(golden.Table), streamed = new(), plain = Fitted(golden.Table, standardize: false);
            streamed.PartialFit(golden.Table);
            QuantileScalersGolden.YeoJohnsonValues expected = golden.YeoJohnson!;
            double[] values = [.. QuantileScalersGolden.Numbers(golden.Values).Where(x => !double.IsNaN(x))];
            double[] psi = [.. values.Select(x => YeoJohnsonReference.Transform(x, plain.Parameters[0].Lambda))];

            foreach (YeoJohnsonScaler scaler in (YeoJohnsonScaler[])[fitted, streamed])
            {
                double lambda = scaler.Parameters[0].Lambda;
                Assert.Equal(expected.Lambda, lambda, 1e-6);
                Assert.InRange(
                    YeoJohnsonReference.LogLikelihood(values, lambda) - YeoJohnsonReference.LogLikelihood(values, expected.Lambda),
                    -1e-11,
                    1e-6);
                Closeness.AssertClose(
                    QuantileScalersGolden.Numbers(expected.Transformed),
                    scaler.Transform(golden.Table).Elements()[..expected.Transformed.Length],
                    1e-6,
                    what: golden.Name);
            }

            Closeness.AssertClose(psi, plain.Transform(golden.Table).Elements().ToArray().Where(x => !double.IsNaN(x)).ToArray(), 1e-13);
            Assert.Equal(expected.Mean, psi.Average(), 1e-6 * expected.Deviation);
        }
    }

    [Fact]
    public void No_lambda_around_is_likelier()
    {
        foreach (QuantileScalersGolden golden in QuantileScalersGolden.All.Where(golden => golden.YeoJohnson is not null))
        {
            double[] values = [.. QuantileScalersGolden.Numbers(golden.Values).Where(x => !double.IsNaN(x))];
            double lambda = Fitted(golden.Table).Parameters[0].Lambda;
            double best = YeoJohnsonReference.LogLikelihood(values, lambda);
            foreach (double step in (double[])[1e-4, 1e-2, 0.3])
            {
                Assert.InRange(YeoJohnsonReference.LogLikelihood(values, lambda + step) - best, double.NegativeInfinity, 1e-9);
                Assert.InRange(YeoJohnsonReference.LogLikelihood(values, lambda - step) - best, double.NegativeInfinity, 1e-9);
            }
        }
    }

    [Fact]
    public void Standardized_columns_have_mean_0_and_deviation_1_whatever_their_offset()
    {
        foreach (QuantileScalersGolden golden in QuantileScalersGolden.All)
        {
            double[] transformed = [.. Fitted(golden.Table).Transform(golden.Table).Elements().ToArray().Where(x => !double.IsNaN(x))];
            double mean = transformed.Average();

            Assert.Equal(0, mean, 1e-12);
            Assert.Equal(1, transformed.Average(x => (x - mean) * (x - mean)), 1e-12);
        }
    }

    [Fact]
    public void A_large_offset_takes_no_digits()
    {
        // The same exponential numbers, near zero and near 10⁹, where they are 10⁻³ apart: the same shape, up to the rounding of
        // the numbers.
        double[] values = [.. Enumerable.Range(1, 500).Select(i => -Math.Log(i / 501.0))];
        double[] offset = [.. values.Select(x => 1e9 + 1e-3 * x)];
        Tensor<double> table = Tensor.Create(offset, [500, 1]);
        double[] transformed = Fitted(table).Transform(table).Elements().ToArray();

        double[] straight = [.. offset.Select(x => x - 1e9)];
        double mean = straight.Average(), deviation = Math.Sqrt(straight.Average(x => (x - mean) * (x - mean)));
        Closeness.AssertClose([.. straight.Select(x => (x - mean) / deviation)], transformed, 1e-6);
    }

    [Fact]
    public void Transforming_and_back_gives_the_table()
    {
        foreach (bool standardize in (bool[])[true, false])
        {
            foreach (QuantileScalersGolden golden in QuantileScalersGolden.All)
            {
                if (golden.Name == "large offset" && !standardize)
                {
                    continue;   // Powers near 10⁹ have no digits for 10⁻³.
                }

                YeoJohnsonScaler scaler = Fitted(golden.Table, standardize);
                double[] back = scaler.InverseTransform(scaler.Transform(golden.Table)).Elements().ToArray();

                Closeness.AssertClose(golden.Table.Elements(), back, golden.YeoJohnson is null ? 1e-6 : 1e-12, what: golden.Name);
            }
        }
    }

    [Theory]
    [InlineData(-1.5)]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3.5)]
    public void Curves_around_any_pivot_are_the_formula_s(double lambda)
    {
        double[] x = [-40, -3, -1, -0.1, -1e-9, -0.0, 0, 1e-300, 1e-9, 0.1, 0.5, 1, 3, 40, 1000, double.NaN];
        foreach (double pivot in (double[])[0, 0.5, 7, 1000, -0.5, -30])
        {
            var curves = new PowerCurves([pivot]);
            curves.SetLambda(0, lambda);
            double[] y = new double[x.Length], back = new double[x.Length];
            Assert.Equal(-1, YeoJohnsonKernel.Apply<double>(x, new ChannelView(1, 1, x.Length), curves, y));
            Assert.Equal(-1, YeoJohnsonKernel.Invert<double>(y, new ChannelView(1, 1, x.Length), curves, back));

            double slope = Math.Pow(1 + Math.Abs(pivot), pivot < 0 ? 2 - lambda : lambda);
            double Psi(double x) => YeoJohnsonReference.Transform(x, lambda);
            Assert.True(double.IsNaN(y[^1]) && double.IsNaN(back[^1]));
            for (int i = 0; i < x.Length - 1; i++)
            {
                Assert.Equal((Psi(x[i]) - Psi(pivot)) / slope, y[i], 1e-14 * (Math.Abs(Psi(x[i])) + Math.Abs(Psi(pivot)) + 1) / slope);

                // What rounding y is worth in x.
                double derivative = Math.Pow(1 + Math.Abs(x[i]), x[i] < 0 ? 1 - lambda : lambda - 1) / slope;
                Assert.Equal(
                    x[i],
                    back[i],
                    1e-15 * (Math.Abs(x[i]) + Math.Abs(pivot) + (Math.Abs(y[i]) + Math.Abs(Psi(pivot)) / slope) / derivative));
            }
        }
    }

    [Fact]
    public void What_no_number_is_transformed_to_comes_back_infinite()
    {
        var curves = new PowerCurves([0]);
        curves.SetLambda(0, -2);
        var x = new double[4];

        Assert.Equal(-1, YeoJohnsonKernel.Invert<double>([0.49, 0.5, 3, -3], new ChannelView(1, 1, 4), curves, x));
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], x[1..3]);
        Assert.Equal(Math.Pow(0.02, -0.5) - 1, x[0], 1e-12);
        Assert.True(double.IsFinite(x[3]));
    }

    [Fact]
    public void Constant_and_empty_columns_become_zero_and_stay_NaN()
    {
        Tensor<double> table = Tensor.Create([5, double.NaN, 5, double.NaN], [2, 2]);
        YeoJohnsonScaler fitted = Fitted(table), streamed = new();
        streamed.PartialFit(table);

        foreach (YeoJohnsonScaler scaler in (YeoJohnsonScaler[])[fitted, streamed])
        {
            Assert.Equal([new YeoJohnsonParameters(1, 5, 0, 1), new YeoJohnsonParameters(1, 0, 0, 1)], scaler.Parameters);
            Assert.Equal([0, double.NaN, 0, double.NaN], scaler.Transform(table).Elements().ToArray());
        }
    }

    [Fact]
    public void Weights_that_are_whole_numbers_repeat_rows()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(i => Math.Exp(0.05 * i) - 1)];
        double[] weights = [.. Enumerable.Range(0, 60).Select(i => (double)(i % 4))];
        double[] repeated = [.. Enumerable.Range(0, 60).SelectMany(i => Enumerable.Repeat(values[i], i % 4))];
        YeoJohnsonScaler weighted = new(), streamed = new(), expected = Fitted(Tensor.Create(repeated, [repeated.Length, 1]));
        Tensor<double> table = Tensor.Create(values, [60, 1]);
        weighted.Fit(table, weights);
        streamed.PartialFit(table, weights);

        Assert.Equal(expected.Parameters[0].Lambda, weighted.Parameters[0].Lambda, 1e-6);
        Assert.Equal(expected.Parameters[0].Lambda, streamed.Parameters[0].Lambda, 1e-6);
        Closeness.AssertClose(expected.Transform(table).Elements(), weighted.Transform(table).Elements(), 1e-6);
    }

    [Fact]
    public void Layouts_precisions_and_parts_give_the_same()
    {
        float[] rowMajor = Array.ConvertAll(TestData.Uniform(301 * 5, seed: 1), x => 3 * x * x * x + x);
        float[] columnMajor = [.. Enumerable.Range(0, rowMajor.Length).Select(i => rowMajor[i % 301 * 5 + i / 301])];
        Tensor<float> table = Tensor.Create(rowMajor, [301, 5]);
        YeoJohnsonScaler first = Fitted(table), second = new(), third = Fitted(Tensor.Create(TestData.Widen(rowMajor), [301, 5]));
        second.Fit(new ReadOnlyTensorSpan<float>(columnMajor, [301, 5], [1, 301]));
        YeoJohnsonScaler streamed = new(), merged = new();
        foreach (int row in (int[])[0, 100, 200])
        {
            int end = row == 200 ? 301 : row + 100;
            Tensor<float> part = Tensor.Create(rowMajor[(row * 5)..(end * 5)], [end - row, 5]);
            streamed.PartialFit(part);
            YeoJohnsonScaler other = new();
            other.PartialFit(part);
            merged.Merge(other);
        }

        float[] expected = first.Transform(table).Elements().ToArray();
        foreach (YeoJohnsonScaler scaler in (YeoJohnsonScaler[])[second, third, streamed, merged])
        {
            Closeness.AssertClose(TestData.Widen(expected), scaler.Transform(table).Elements(), 1e-6);
        }
    }

    [Fact]
    public void Beyond_the_capacity_lambda_is_that_of_a_summary()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => -2 * Math.Log(1 - random.NextDouble()))];
        Tensor<double> table = Tensor.Create(values, [values.Length, 1]);
        var streamed = new YeoJohnsonScaler(sketchCapacity: 1000);
        streamed.PartialFit(table);

        Assert.Equal(Fitted(table).Parameters[0].Lambda, streamed.Parameters[0].Lambda, 0.02);
    }

    [Fact]
    public void An_exact_fit_cannot_be_gone_on_with_and_what_fails_changes_nothing()
    {
        Tensor<double> table = Tensor.Create([1.0, 2, 5], [3, 1]);
        YeoJohnsonScaler exact = Fitted(table), streamed = new();
        streamed.PartialFit(table);
        YeoJohnsonParameters before = exact.Parameters[0];

        Assert.Throws<InvalidOperationException>(() => exact.PartialFit(table));
        Assert.Throws<InvalidOperationException>(() => streamed.Merge(exact));
        Assert.Throws<InvalidOperationException>(() => exact.Merge(streamed));
        Tensor<double> infinite = Tensor.Create([1, double.PositiveInfinity, 5], [3, 1]), large = Tensor.Create([1, 1e200, 5], [3, 1]);
        AssertRefused<ArgumentException>(() => exact.Fit(infinite), "table", "column 0");
        AssertRefused<ArgumentException>(() => streamed.PartialFit(infinite), "table", "column 0");
        AssertRefused<ColumnException>(() => exact.Fit(large), "table", "column 0");
        AssertRefused<ColumnException>(() => streamed.PartialFit(large), "table", "column 0");

        AssertRefused<ArgumentException>(() => streamed.Merge(new YeoJohnsonScaler(standardize: false)), "other");
        AssertRefused<ArgumentOutOfRangeException>(() => new YeoJohnsonScaler(sketchCapacity: 3), "sketchCapacity", "3");
        AssertRefused<ArgumentException>(
            () => exact.Transform(Tensor.Create([1, double.NegativeInfinity], [2, 1])), "table", "row 1, column 0");
        Assert.Equal(before, exact.Parameters[0]);
        Assert.Equal(before, streamed.Parameters[0]);
    }

    [Fact]
    public void Values_of_every_size_can_be_fitted()
    {
        foreach (double size in (double[])[1e-150, 1e-30, 1e-3, 1e3, 1e30, 1e149])
        {
            double[] values = [.. Enumerable.Range(1, 100).Select(i => -size * Math.Log(i / 101.0) * (i % 7 == 0 ? -1 : 1))];
            Tensor<double> table = Tensor.Create(values, [100, 1]);
            double[] transformed = Fitted(table).Transform(table).Elements().ToArray();

            Assert.All(transformed, x => Assert.True(double.IsFinite(x)));
            Assert.Equal(1, transformed.Average(x => x * x), 1e-9);
        }
    }

    [Fact]
    public void Values_whose_squares_are_zero_or_denormal_are_constant()
    {
        foreach (double unit in (double[])[1e-152, 1e-155, 1e-160, 1e-162, 1e-170, 1e-300, 1e-310, double.Epsilon])
        {
            Tensor<double> table = Tensor.Create([unit, 2 * unit, 5 * unit], [3, 1]);
            Assert.Equal([new YeoJohnsonParameters(1, 2 * unit, 0, 1)], Fitted(table).Parameters);
        }
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    [InlineData(double.MaxValue)]
    public void Rows_that_do_not_count_hold_any_number(double number)
    {
        double[] values = [.. Enumerable.Range(1, 100).Select(i => 10 * Math.Sqrt(Math.Sqrt(i / 101.0)))];
        double[] weights = [.. Enumerable.Repeat(1.0, 100), 0];
        foreach (bool columnMajor in (bool[])[false, true])
        {
            YeoJohnsonScaler all = new(), without = new();
            all.Fit(Tables.Of([[.. values, number], [.. values, 1.0]], columnMajor), weights);
            without.Fit(Tables.Of([values, values], columnMajor), weights.AsSpan(0, 100));
            Assert.InRange(without.Parameters[0].Lambda, 2, 6);
            Assert.Equal(without.Parameters[0].Lambda, all.Parameters[0].Lambda, 1e-6);
            Assert.Equal(all.Parameters[1], all.Parameters[0]);
        }
    }

    [Fact]
    public void Weights_do_not_depend_on_their_scale()
    {
        double[] values = [.. Enumerable.Range(1, 100).Select(i => -Math.Log(i / 101.0))];
        double[] weights = [.. Enumerable.Range(0, 100).Select(i => i % 3 * 0.5)];
        foreach (double size in (double[])[1, 1e149])
        {
            Tensor<double> table = Tensor.Create([.. values.Select(value => size * value)], [100, 1]);
            YeoJohnsonScaler light = new(), heavy = new(), streamed = new();
            light.Fit(table, weights);
            heavy.Fit(table, [.. weights.Select(weight => Math.ScaleB(weight, 1015))]);
            streamed.PartialFit(table, [.. weights.Select(weight => Math.ScaleB(weight, 1015))]);

            Assert.NotEqual(1, light.Parameters[0].Lambda);
            Assert.Equal(light.Parameters, heavy.Parameters);
            Assert.Equal(light.Parameters[0].Lambda, streamed.Parameters[0].Lambda, 1e-6);
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Tensor<float> table = Tensor.Create(TestData.Uniform(9000 * 21, seed: 6), [9000, 21]);
        IReadOnlyList<YeoJohnsonParameters>? alone = null;
        WithThreads(1, () => alone = Fitted(table).Parameters);
        WithThreads(2, () => Assert.Equal(alone, Fitted(table).Parameters));
    }

    private static YeoJohnsonScaler Fitted<T>(Tensor<T> table, bool standardize = true)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var scaler = new YeoJohnsonScaler(standardize);
        scaler.Fit(table);
        return scaler;
    }
}
