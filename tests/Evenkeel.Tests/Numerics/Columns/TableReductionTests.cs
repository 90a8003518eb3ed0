using System.Numerics;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Columns;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Columns;

/// <summary>What scalers fit by: moments and extrema of tables, with and without weights, in both precisions.</summary>
public class TableReductionTests
{
    /// <summary>
    /// Some 256 roundings to double precision, 256·2⁻⁵³, in each lane of a block: relative to the deviation or, where that is larger,
    /// the mean.
    /// </summary>
    private const double Bound = 3e-14;

    [Fact]
    public void Moments_and_extrema_are_those_of_exact_arithmetic()
    {
        (double, double)[] kinds = [(0, 1), (1e4, 0.01), (0, 1e30), (0, 1e-30)];
        foreach ((int i, ChannelView view) in Views.Tables.Where(view => view.Length < 10_000).Index())
        {
            (double center, double spread) = kinds[i % kinds.Length];
            Check<float>(view, center, spread);
            Check<double>(view, center, spread);
            Check<double>(view, 1e9, 1e-3);
        }

        Check<double>(new ChannelView(20, 19, 1), 0, 1e150);
        Check<double>(new ChannelView(20_000, 2, 1), 1e9, 1e-3);   // in blocks of more rows than the least

        static void Check<T>(ChannelView view, double center, double spread)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = [.. TestData.Channels(view, seed: 1).Select(value => T.CreateTruncating(center + spread * value))];
            AssertMoments(x, view, [], Moments(x, view));
            AssertMoments(x, view, [], Careful(x, view));
            AssertExtrema(x, view, [], Extrema(x, view));

            for (int i = 0; i < x.Length; i += 3)
            {
                x[i] = T.NaN;
            }

            AssertMoments(x, view, [], Careful(x, view));
            AssertExtrema(x, view, [], Extrema(x, view));

            double[] weights = [.. Enumerable.Range(0, view.PerSet).Select(row => row * 7 % 4 / 2.0)];
            AssertMoments(x, view, weights, Careful(x, view, weights));
            AssertExtrema(x, view, weights, Extrema(x, view, weights));
        }
    }

    [Fact]
    public void Blocks_that_are_shared_among_threads_give_the_bits_of_whole_sets()
    {
        // Few columns: their blocks are shared. The same columns over and over: they are shares enough as they are.
        foreach ((ChannelView few, ChannelView many) in (ReadOnlySpan<(ChannelView, ChannelView)>)
            [(new(3000, 33, 1), new(3000, 33 * 20, 1)),
                (new(1, 3, 40_000), new(1, 3 * 20, 40_000)), (new(200, 3, 300), new(200, 3 * 20, 300))])
        {
            float[] x = TestData.Channels(few, seed: 1, center: 1e4f, spread: 0.1f);
            var repeated = new float[many.Length];
            for (int i = 0; i < repeated.Length; i++)
            {
                int outer = i / many.Inner / many.Channels, channel = i / many.Inner % many.Channels % few.Channels;
                repeated[i] = x[(outer * few.Channels + channel) * few.Inner + i % many.Inner];
            }

            double[] weights = TestData.Widen(Array.ConvertAll(TestData.Uniform(few.PerSet, seed: 2), Math.Abs));
            AssertRepeated(Moments(x, few), Moments(repeated, many));
            AssertRepeated(Extrema(x, few), Extrema(repeated, many));
            AssertRepeated(Sums(x, few), Sums(repeated, many));
            if (few.Inner == 1 || few.Outer == 1)
            {
                AssertRepeated(Careful(x, few, weights), Careful(repeated, many, weights));
                AssertRepeated(Extrema(x, few, weights), Extrema(repeated, many, weights));
            }
        }

        static double[] Sums(float[] x, ChannelView view)
        {
            var sums = new double[view.Sets];
            ChannelSums.Compute(x, view, sums);
            return sums;
        }

        static void AssertRepeated<T>(T[] few, T[] many) =>
            Assert.Equal([.. Enumerable.Range(0, many.Length).Select(i => few[i % few.Length])], many);
    }

    [Fact]
    public void Extrema_pass_over_NaN_tell_zeros_apart_and_are_empty_of_nothing()
    {
        foreach (ChannelView view in (ChannelView[])[new(4, 3, 1), new(1, 3, 4)])
        {
            double[][] columns = [[double.NaN, 0, -0.0, double.NaN],
                [double.NaN, double.NaN, double.NaN, double.NaN], [5, double.NegativeInfinity, 7, double.NaN]];
            double[] x = [.. Enumerable.Range(0, 12).Select(i => view.Inner == 1 ? columns[i % 3][i / 3] : columns[i / 4][i % 4])];
            Extrema[] extrema = Extrema(x, view);
            Assert.Equal((-0.0, 0.0), (extrema[0].Min, extrema[0].Max));
            Assert.True(double.IsNegative(extrema[0].Min) && !double.IsNegative(extrema[0].Max));
            Assert.True(extrema[1].IsEmpty);
            Assert.Equal(new Extrema(double.NegativeInfinity, 7), extrema[2]);
        }
    }

    [Fact]
    public void Types_other_than_float_and_double_are_refused()
    {
        var view = new ChannelView(2, 1, 1);
        var x = new Half[2];
        Assert.Throws<NotSupportedException>(() => ChannelMoments.Compute<Half>(x, view, new Moments[1]));
        Assert.Throws<NotSupportedException>(() => ChannelExtrema.Compute<Half>(x, view, new Extrema[1]));
        Assert.Throws<NotSupportedException>(() => ChannelExtrema.Compute<Half>(x, view, new double[2], new Extrema[1]));
        Assert.Throws<NotSupportedException>(() => WeightedMoments.Compute<Half>(x, view, [], new Moments[1]));
    }

    private static Moments[] Moments<T>(T[] x, ChannelView view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var moments = new Moments[view.Sets];
        ChannelMoments.Compute<T>(x, view, moments);
        return moments;
    }

    private static Moments[] Careful<T>(T[] x, ChannelView view, double[]? weights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var moments = new Moments[view.Sets];
        WeightedMoments.Compute<T>(x, view, weights, moments);
        return moments;
    }

    private static Extrema[] Extrema<T>(T[] x, ChannelView view, double[]? weights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var extrema = new Extrema[view.Sets];
        if (weights is null)
        {
            ChannelExtrema.Compute<T>(x, view, extrema);
        }
        else
        {
            ChannelExtrema.Compute<T>(x, view, weights, extrema);
        }

        return extrema;
    }

    private static void AssertMoments<T>(T[] x, ChannelView view, double[] weights, Moments[] actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int c = 0; c < view.Sets; c++)
        {
            (double Value, double Weight)[] column = Column(x, view, weights, c);
            Exact count = Sum(column.Select(item => Exact.Of(item.Weight)));
            Assert.Equal(count.ToDouble(), actual[c].Count);
            if (count.IsZero)
            {
                Assert.Equal(Evenkeel.Numerics.Moments.Empty, actual[c]);
                continue;
            }

            Exact sum = Sum(column.Select(item => Exact.Of(item.Weight) * Exact.Of(item.Value)));
            Exact squares = Sum(column.Select(item => Exact.Of(item.Weight) * Exact.Of(item.Value) * Exact.Of(item.Value)));
            Exact mean = sum / count;
            double variance = (squares / count - mean * mean).ToDouble();
            double bound = Bound * Math.Max(Math.Sqrt(variance), Math.Abs(mean.ToDouble()));
            Assert.InRange((Exact.Of(actual[c].Mean) - mean).Abs().ToDouble(), 0, bound);
            Assert.InRange(Math.Abs(actual[c].PopulationVariance - variance), 0, Bound * variance + bound * bound);
        }
    }

    private static void AssertExtrema<T>(T[] x, ChannelView view, double[] weights, Extrema[] actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assert.Equal(
            [.. Enumerable.Range(0, view.Sets).Select(c =>
            {
                double[] column = [.. Column(x, view, weights, c).Where(item => item.Weight > 0).Select(item => item.Value)];
                return column.Length == 0 ? Evenkeel.Numerics.Extrema.Empty : new Extrema(column.Min(), column.Max());
            })],
            actual);

    /// <summary>The numbers of a column, with their weights.</summary>
    private static (double Value, double Weight)[] Column<T>(T[] x, ChannelView view, double[] weights, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, view.PerSet)
            .Select(row => (double.CreateTruncating(x[view.Inner == 1 ? row * view.Channels + column : column * view.Inner + row]),
                weights.Length == 0 ? 1 : weights[row]))
            .Where(item => !double.IsNaN(item.Item1))];

    private static Exact Sum(IEnumerable<Exact> terms) => terms.Aggregate(Exact.Of(0), (a, b) => a + b);
}
