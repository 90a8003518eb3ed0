using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

[Collection(nameof(ProcessWideState))]
public class RobustScalerTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Center_and_scale_are_those_of_scikit_learn()
    {
        foreach (QuantileScalersGolden golden in QuantileScalersGolden.All)
        {
            foreach (QuantileScalersGolden.RobustValues expected in golden.Robust)
            {
                RobustScaler fitted = new(expected.Lower, expected.Upper), streamed = new(expected.Lower, expected.Upper);
                fitted.Fit(golden.Table);
                streamed.PartialFit(golden.Table);

                foreach (RobustScaler scaler in (RobustScaler[])[fitted, streamed])
                {
                    Assert.Equal(expected.Center, scaler.Center[0], 1e-15 * Math.Abs(expected.Center));
                    Assert.Equal(expected.Scale, scaler.Scale[0], 4e-16 * (Math.Abs(expected.Center) + expected.Scale));
                }
            }
        }
    }

    [Fact]
    public void The_quantiles_are_readable()
    {
        var scaler = new RobustScaler();
        scaler.Fit(Tensor.Create([1.0, 5, NaN, 4, 2, 3], [6, 1]));

        Assert.Equal([new QuantileSummary(5, 2, 3, 4, 0)], scaler.Quantiles);
        Assert.Equal((3.0, 2.0, false), (scaler.Center[0], scaler.Scale[0], scaler.IsConstant[0]));
    }

    [Fact]
    public void A_column_whose_quantiles_are_equal_is_only_moved()
    {
        var scaler = new RobustScaler();
        Tensor<double> table = Tensor.Create([7, NaN, 7, NaN, 9, NaN, 7, NaN, 7, NaN], [5, 2]);

        Assert.Equal([0, NaN, 0, NaN, 2, NaN, 0, NaN, 0, NaN], Fitted(scaler, table).Transform(table).Elements().ToArray());
        Assert.Equal([true, true], scaler.IsConstant);
        Assert.Equal([7, 0], scaler.Center);
    }

    [Fact]
    public void Layouts_and_precisions_give_the_same()
    {
        float[] rowMajor = TestData.Uniform(501 * 19, seed: 1);
        float[] columnMajor = [.. Enumerable.Range(0, rowMajor.Length).Select(i => rowMajor[i % 501 * 19 + i / 501])];
        RobustScaler first = new(), second = new(), third = new();
        first.Fit(Tensor.Create(rowMajor, [501, 19]));
        second.Fit(new ReadOnlyTensorSpan<float>(columnMajor, [501, 19], [1, 501]));
        third.Fit(Tensor.Create(TestData.Widen(rowMajor), [501, 19]));

        Assert.Equal(first.Quantiles, second.Quantiles);
        Assert.Equal(first.Quantiles, third.Quantiles);
    }

    [Fact]
    public void Weights_of_0_and_1_choose_rows()
    {
        float[] values = TestData.Uniform(300 * 3, seed: 2);
        double[] weights = [.. Enumerable.Range(0, 300).Select(row => (double)(row % 2))];
        float[] chosen = [.. Enumerable.Range(0, values.Length).Where(i => i / 3 % 2 == 1).Select(i => values[i])];
        RobustScaler weighted = new(), streamed = new(), without = new();
        weighted.Fit(Tensor.Create(values, [300, 3]), weights);
        streamed.PartialFit(Tensor.Create(values, [300, 3]), weights);
        without.Fit(Tensor.Create(chosen, [150, 3]));

        Assert.Equal(without.Quantiles, weighted.Quantiles);
        Assert.Equal(without.Quantiles, streamed.Quantiles);
    }

    [Fact]
    public void Weights_do_not_depend_on_their_scale_and_streaming_treats_them_alike()
    {
        float[] values = TestData.Uniform(200 * 3, seed: 3);
        double[] weights = [.. Enumerable.Range(0, 200).Select(row => row % 4 * 0.25)];
        RobustScaler fitted = new(), scaled = new(), streamed = new();
        fitted.Fit(Tensor.Create(values, [200, 3]), weights);
        scaled.Fit(Tensor.Create(values, [200, 3]), [.. weights.Select(weight => 8 * weight)]);
        streamed.PartialFit(Tensor.Create(values, [200, 3]), weights);

        Assert.Equal(fitted.Center, scaled.Center);
        Assert.Equal(fitted.Scale, scaled.Scale);
        Assert.Equal(fitted.Quantiles, streamed.Quantiles);
        Assert.Equal(75, fitted.Quantiles[0].Count);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 1, 1, 1, 3 }, 3.5)]    // reaches a half exactly at 3
    [InlineData(new double[] { 4, 3, 2, 1 }, new double[] { 4, 1, 1, 1 }, 4)]
    [InlineData(new double[] { 1, 2, NaN }, new double[] { 0.2, 0.1, 9 }, 1)]
    public void The_weighted_median_is_where_the_weights_reach_a_half(double[] values, double[] weights, double median)
    {
        var scaler = new RobustScaler();
        scaler.Fit(Tensor.Create(values, [values.Length, 1]), weights);

        Assert.Equal(median, scaler.Center[0]);
    }

    [Fact]
    public void Parts_are_exact_up_to_the_capacity_and_within_the_bound_beyond()
    {
        float[] values = TestData.Uniform(3000 * 5, seed: 4);
        Tensor<float> table = Tensor.Create(values, [3000, 5]);
        RobustScaler whole = new(), roomy = new(), tight = new(sketchCapacity: 64), merged = new(sketchCapacity: 64);
        whole.Fit(table);
        for (int row = 0; row < 3000; row += 500)
        {
            Tensor<float> part = Tensor.Create(values[(row * 5)..((row + 500) * 5)], [500, 5]);
            roomy.PartialFit(part);
            tight.PartialFit(part);
            var other = new RobustScaler(sketchCapacity: 64);
            other.PartialFit(part);
            merged.Merge(other);
        }

        Assert.Equal(whole.Quantiles, roomy.Quantiles);
        foreach (RobustScaler scaler in (RobustScaler[])[tight, merged])
        {
            for (int c = 0; c < 5; c++)
            {
                QuantileSummary summary = scaler.Quantiles[c];
                double[] column = [.. Enumerable.Range(0, 3000).Select(row => (double)values[row * 5 + c])];
                Assert.Equal(3000, summary.Count);
                Assert.InRange(summary.RelativeRankErrorBound, 1e-3, 0.3);
                AssertRank(column, summary.Lower, 0.25, summary.RankErrorBound);
                AssertRank(column, summary.Median, 0.5, summary.RankErrorBound);
                AssertRank(column, summary.Upper, 0.75, summary.RankErrorBound);
            }
        }

        static void AssertRank(double[] column, double value, double share, double bound) => Assert.InRange(
            column.Count(x => x < value), share * column.Length - bound - 1, share * column.Length + bound + 1);
    }

    [Fact]
    public void Transforming_and_back_gives_the_table()
    {
        Tensor<double> table = Tensor.Create(TestData.Widen(TestData.Uniform(400 * 7, seed: 5)), [400, 7]);
        var scaler = new RobustScaler(0.1, 0.9);

        double[] there = Fitted(scaler, table).Transform(table).Elements().ToArray();
        double[] back = scaler.InverseTransform(Tensor.Create(there, [400, 7])).Elements().ToArray();
        Closeness.AssertClose(table.Elements(), back, 1e-15);
    }

    [Fact]
    public void An_exact_fit_cannot_be_gone_on_with()
    {
        Tensor<double> table = Tensor.Create([1.0, 2, 3], [3, 1]);
        RobustScaler exact = Fitted(new RobustScaler(), table), streamed = new();
        streamed.PartialFit(table);

        Assert.Contains("begin with PartialFit",
            Assert.Throws<InvalidOperationException>(() => exact.PartialFit(table)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => exact.Merge(streamed));
        Assert.Throws<InvalidOperationException>(() => streamed.Merge(exact));
        Assert.Throws<InvalidOperationException>(() => new RobustScaler().Merge(exact));
        Assert.Equal((2, 3.0), (exact.Center[0], streamed.Quantiles[0].Count));

        streamed.Fit(table);
        Assert.Throws<InvalidOperationException>(() => streamed.PartialFit(table));
    }

    [Fact]
    public void What_fails_leaves_the_scaler_as_it_was()
    {
        Tensor<double> table = Tensor.Create([1.0, 2, 3], [3, 1]);
        RobustScaler fitted = Fitted(new RobustScaler(), table), streamed = new();
        streamed.PartialFit(table);
        Refused<ArgumentException>([5, double.PositiveInfinity, 7]);
        Refused<ColumnException>([-double.MaxValue, -double.MaxValue, double.MaxValue]);
        Assert.Equal([new QuantileSummary(3, 1.5, 2, 2.5, 0)], fitted.Quantiles);
        Assert.Equal([new QuantileSummary(3, 1.5, 2, 2.5, 0)], streamed.Quantiles);

        void Refused<TException>(double[] bad)
            where TException : ArgumentException
        {
            Tensor<double> table = Tensor.Create(bad, [3, 1]);
            AssertRefused<TException>(() => fitted.Fit(table), "table", "column 0");
            AssertRefused<TException>(() => fitted.Fit(table, [1.0, 2, 3]), "table", "column 0");
            AssertRefused<TException>(() => streamed.PartialFit(table), "table", "column 0");
        }
    }

    [Fact]
    public void Settings_are_checked()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new RobustScaler(-0.1), "lowerProbability", "-0.1");
        AssertRefused<ArgumentOutOfRangeException>(() => new RobustScaler(NaN), "lowerProbability", "NaN");
        AssertRefused<ArgumentOutOfRangeException>(() => new RobustScaler(0.5, 0.5), "upperProbability", "0.5");
        AssertRefused<ArgumentOutOfRangeException>(() => new RobustScaler(0.5, 1.5), "upperProbability", "1.5");
        AssertRefused<ArgumentOutOfRangeException>(() => new RobustScaler(sketchCapacity: 15), "sketchCapacity", "15");
        AssertRefused<ArgumentException>(() => new RobustScaler().Merge(new RobustScaler(0.1)), "other");
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Tensor<float> table = Tensor.Create(TestData.Uniform(30_000 * 21, seed: 6), [30_000, 21]);
        double[] weights = TestData.Widen(Array.ConvertAll(TestData.Uniform(30_000, seed: 7), Math.Abs));
        foreach (Func<RobustScaler> fit in (Func<RobustScaler>[])[
            () => Fitted(new RobustScaler(), table),
            () =>
            {
                var scaler = new RobustScaler();
                scaler.Fit(table, weights);
                return scaler;
            },
            () =>
            {
                var scaler = new RobustScaler(sketchCapacity: 200);
                scaler.PartialFit(table, weights);
                return scaler;
            }])
        {
            IReadOnlyList<QuantileSummary>? alone = null;
            WithThreads(1, () => alone = fit().Quantiles);
            foreach (int threads in (int[])[2, 5])
            {
                WithThreads(threads, () => Assert.Equal(alone, fit().Quantiles));
            }
        }
    }

    private static RobustScaler Fitted<T>(RobustScaler scaler, Tensor<T> table)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        scaler.Fit(table);
        return scaler;
    }
}
