using System.Globalization;
using System.Numerics;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Columns;

public class ColumnQuantilesTests
{
    private static readonly double[] Probabilities = [0.25, 0.5, 0.75, 0, 1, 0.999, 1.0 / 3];

    /// <summary>Columns of every kind, by the number of their rows.</summary>
    private static readonly (string Name, Func<int, double[]> Values)[] Columns =
    [
        ("uniform", rows => TestData.Widen(TestData.Uniform(rows, seed: rows))),
        ("random bits", rows => Array.ConvertAll(TestData.RandomBits(rows, seed: rows), x => float.IsInfinity(x) ? 0.0 : x)),
        ("constant", rows => Numbered(rows, _ => -3.5)),
        ("all NaN", rows => Numbered(rows, _ => double.NaN)),
        ("half NaN", rows => Numbered(rows, i => i % 2 == 0 ? double.NaN : (i * 7919L) % 1009)),
        ("sorted", rows => Numbered(rows, i => i)),
        ("reversed", rows => Numbered(rows, i => -i)),
        ("few values", rows => Numbered(rows, i => (i * 7919L) % 5 - 2)),
        ("signed zeros", rows => Numbered(rows, i => i % 3 == 0 ? -0.0 : i % 3 == 1 ? 0.0 : i % 7 - 3)),
        ("denormal", rows => Numbered(rows, i => (i * 7919L) % 1009 * (double)float.Epsilon)),
        ("mostly zero", rows => Numbered(rows, i => i % 50 == 0 ? i : 0)),
        ("outliers", rows => Numbered(rows, i => i % 100 == 0 ? (i % 200 == 0 ? 1e30 : -1e30) : 5 + (i * 7919L) % 1009 * 1e-3)),
        ("two clusters", rows => Numbered(rows, i => (i % 2 == 0 ? 1 : 1e20) * (1 + (i * 7919L) % 1009 * 1e-4))),
    ];

    /// <summary>Columns whose values differ only in double precision.</summary>
    private static readonly (string Name, Func<int, double[]> Values)[] DoubleColumns =
    [
        ("large offset", rows => Array.ConvertAll(TestData.Uniform(rows, seed: 5), x => 1e9 + 1e-3 * x)),
        ("random double bits", rows => RandomDoubles(rows, seed: 6)),
        ("denormal doubles", rows => Numbered(rows, i => (i * 7919L) % 1009 * double.Epsilon)),
        ("largest", rows => Numbered(rows, i => i % 2 == 0 ? double.MaxValue : -double.MaxValue)),
    ];

    [Fact]
    public void Quantiles_are_those_of_the_sorted_values_for_every_size()
    {
        for (int rows = 0; rows <= 300; rows++)
        {
            CheckAll(rows);
        }
    }

    [Theory]
    [InlineData(4097)]
    [InlineData(50_021)]
    public void Quantiles_are_those_of_the_sorted_values_where_rounds_are_needed(int rows) => CheckAll(rows);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    public void Quantiles_are_right_for_any_number_of_columns(int columns)
    {
        (string, Func<int, double[]>)[] chosen = [.. Enumerable.Range(0, columns).Select(c => Columns[c % Columns.Length])];
        Check(700, chosen, value => (float)value);
        Check(700, chosen, value => value);
    }

    [Fact]
    public void Many_quantiles_at_once()
    {
        double[] values = TestData.Widen(TestData.Uniform(20_000, seed: 9));
        double[] probabilities = [.. Enumerable.Range(0, 1001).Select(i => i / 1000.0)];
        var quantiles = new double[probabilities.Length];

        Assert.True(
            ColumnQuantiles.TryCompute<double>(values, new ChannelView(1, 1, values.Length), probabilities, new double[1], quantiles));
        double[] sorted = [.. values.Order()];
        Assert.Equal(Array.ConvertAll(probabilities, probability => QuantileReference.Linear(sorted, probability)), quantiles);
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Infinities_are_found_wherever_they_are(float infinity)
    {
        var view = new ChannelView(100, 20, 1);
        for (int at = 0; at < view.Length; at += 37)
        {
            float[] values = TestData.Uniform(view.Length, seed: 1);
            values[(at + 8) % view.Length] = float.NaN;
            values[at] = infinity;

            Assert.False(ColumnQuantiles.TryCompute<float>(values, view, [0.5], new double[20], new double[20]));
        }
    }

    private static void CheckAll(int rows)
    {
        Check(rows, Columns, value => (float)value);
        Check(rows, [.. Columns, .. DoubleColumns], value => value);
    }

    private static void Check<T>(int rows, (string Name, Func<int, double[]> Values)[] columns, Func<double, T> round)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[][] values = [.. columns.Select(column => Array.ConvertAll(column.Values(rows), x => double.CreateTruncating(round(x))))];
        T[] columnMajor = [.. values.SelectMany(column => column).Select(round)];
        T[] rowMajor = [.. Enumerable.Range(0, rows).SelectMany(row => values.Select(column => round(column[row])))];
        foreach ((T[] table, ChannelView view) in ((T[], ChannelView)[])
            [(rowMajor, new(rows, columns.Length, 1)), (columnMajor, new(1, columns.Length, rows))])
        {
            var counts = new double[columns.Length];
            var quantiles = new double[columns.Length * Probabilities.Length];

            Assert.True(ColumnQuantiles.TryCompute<T>(table, view, Probabilities, counts, quantiles));
            for (int c = 0; c < columns.Length; c++)
            {
                double[] sorted = [.. values[c].Where(x => !double.IsNaN(x)).Order()];
                Assert.Equal(sorted.Length, counts[c]);
                for (int i = 0; i < Probabilities.Length; i++)
                {
                    double expected = sorted.Length == 0 ? 0 : QuantileReference.Linear(sorted, Probabilities[i]);
                    double actual = quantiles[c * Probabilities.Length + i];
                    Assert.True(
                        expected == actual,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{typeof(T).Name} {columns[c].Name} {rows} rows, {view}, {Probabilities[i]}: {actual:r}, not {expected:r}"));
                }
            }
        }
    }

    private static double[] Numbered(int rows, Func<int, double> value) => [.. Enumerable.Range(0, rows).Select(value)];

    private static double[] RandomDoubles(int rows, int seed)
    {
        var random = new Random(seed);
        return Numbered(rows, _ =>
            BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var x && double.IsInfinity(x) ? 1 : x);
    }
}
