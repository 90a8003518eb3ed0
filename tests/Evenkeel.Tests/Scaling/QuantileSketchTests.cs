using Evenkeel.Numerics.Columns;
using Evenkeel.Scaling;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;
using TestData = Evenkeel.Tests.Support.TestData;

namespace Evenkeel.Tests.Scaling;

public class QuantileSketchTests
{
    private static readonly double[] Shares = [0, 0.01, 0.1, 0.25, 1.0 / 3, 0.5, 0.75, 0.9, 0.999, 1];

    [Fact]
    public void Up_to_the_capacity_quantiles_are_exact()
    {
        for (int count = 1; count < 64; count++)
        {
            double[] values = Values(count, seed: count);
            QuantileSketch sketch = Sketch(values, capacity: 64);

            Assert.Equal(0, sketch.RankErrorBound);
            Assert.Equal(count, sketch.Count);
            double[] sorted = [.. values.Order()];
            foreach (double share in Shares)
            {
                Assert.Equal(QuantileReference.Linear(sorted, share), sketch.Quantile(share));
            }
        }
    }

    [Fact]
    public void Beyond_the_capacity_the_bound_says_so()
    {
        QuantileSketch sketch = Sketch(Values(64, seed: 1), capacity: 64);

        Assert.Equal(1, sketch.RankErrorBound);
        Assert.Equal(1.0 / 64, sketch.RelativeRankErrorBound);
    }

    [Fact]
    public void Ranks_are_within_the_bound_whatever_is_added_and_merged() =>
        Properties.Check(Histories, history =>
        {
            (QuantileSketch sketch, List<(double Value, double Weight)> added) = history.Play();

            AssertWithinBound(sketch, added);
        });

    [Theory]
    [InlineData("sorted")]
    [InlineData("reversed")]
    [InlineData("constant")]
    [InlineData("two values")]
    [InlineData("random")]
    [InlineData("growing and shrinking")]
    public void Long_streams_keep_the_bound_small(string order)
    {
        const int Count = 200_000;
        double[] random = Values(Count, seed: 3);
        IEnumerable<double> values = Enumerable.Range(0, Count).Select(i => order switch
        {
            "sorted" => i,
            "reversed" => -i,
            "constant" => 7.5,
            "two values" => i % 2,
            "random" => random[i],
            _ => i % 2 == 0 ? i : -i,
        });
        QuantileSketch sketch = Sketch(values, capacity: 4096);

        Assert.InRange(sketch.RelativeRankErrorBound, 0, 0.004);
        AssertWithinBound(sketch, [.. values.Select(value => (value, 1.0))]);
    }

    [Fact]
    public void The_default_keeps_a_million_values_within_a_thousandth()
    {
        double[] values = Values(1_000_000, seed: 4);
        QuantileSketch sketch = Sketch(values, QuantileSketch.DefaultCapacity);

        Assert.InRange(sketch.RelativeRankErrorBound, 0, 0.001);
        AssertWithinBound(sketch, [.. values.Select(value => (value, 1.0))]);
    }

    [Fact]
    public void No_more_values_are_kept_than_the_capacity()
    {
        var sketch = new QuantileSketch(100);
        var random = new Random(5);
        for (int i = 0; i < 50_000; i++)
        {
            sketch.Add(random.NextDouble(), Math.Pow(2, random.Next(-3, 4)));

            Assert.InRange(sketch.Points().Count, 1, 100);
        }
    }

    [Fact]
    public void Weights_of_every_size_are_taken()
    {
        var sketch = new QuantileSketch(16);
        List<(double, double)> added = [];
        for (int exponent = -300; exponent < 300; exponent++)
        {
            double value = (exponent * 7919) % 101;
            sketch.Add(value, Math.ScaleB(1.5, exponent));
            added.Add((value, Math.ScaleB(1.5, exponent)));
        }

        AssertWithinBound(sketch, added);
    }

    [Fact]
    public void The_same_values_in_the_same_order_give_the_same_bits()
    {
        double[] values = Values(10_000, seed: 6);
        QuantileSketch first = Sketch(values, 256), second = Sketch(values, 256);

        Assert.Equal(first.Points().Values.ToArray(), second.Points().Values.ToArray());
        Assert.Equal(first.Points().Weights.ToArray(), second.Points().Weights.ToArray());
        Assert.Equal(first.RankErrorBound, second.RankErrorBound);
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        double[] values = Values(10_000, seed: 7);
        QuantileSketch asked = new(256), silent = new(256);
        foreach (double value in values)
        {
            silent.Add(value);
            asked.Add(value);
            _ = asked.Quantile(0.5);
        }

        Assert.Equal(silent.Points().Values.ToArray(), asked.Points().Values.ToArray());
        Assert.Equal(silent.RankErrorBound, asked.RankErrorBound);
    }

    [Fact]
    public void Merging_leaves_the_other_as_it_is_and_may_merge_a_sketch_with_itself()
    {
        double[] values = Values(500, seed: 8);
        QuantileSketch sketch = Sketch(values, 64), other = Sketch(values, 64);
        double[] before = other.Points().Values.ToArray();
        sketch.Merge(other);
        double[] after = other.Points().Values.ToArray();
        other.Merge(other);

        Assert.Equal(1000, sketch.Count);
        Assert.Equal(before, after);
        AssertWithinBound(sketch, [.. values.Concat(values).Select(value => (value, 1.0))]);
        AssertWithinBound(other, [.. values.Concat(values).Select(value => (value, 1.0))]);
    }

    [Fact]
    public void Merging_an_empty_sketch_changes_nothing()
    {
        QuantileSketch sketch = Sketch([3, 1, 2], 16);
        sketch.Merge(new QuantileSketch());

        Assert.Equal((3, 2.0), (sketch.Count, sketch.Quantile(0.5)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1)]
    [InlineData(0.5, 1.5)]      // the weights of 1 reach a half exactly
    [InlineData(0.51, 2)]
    [InlineData(0.75, 2.5)]
    [InlineData(0.8, 3)]
    [InlineData(1, 3)]
    public void With_weights_the_quantile_is_where_they_reach_the_share(double share, double expected)
    {
        foreach (double unit in (double[])[0.1, 1, 3e7])
        {
            var sketch = new QuantileSketch();
            sketch.Add(3, 5 * unit);
            sketch.Add(1, 10 * unit);
            sketch.Add(2, 5 * unit);
            sketch.Add(1e9, weight: 0);

            Assert.Equal(expected, sketch.Quantile(share));
        }
    }

    [Fact]
    public void Ties_are_found_however_weights_round()
    {
        for (int half = 1; half < 200; half++)
        {
            var sketch = new QuantileSketch();
            for (int i = 0; i < 2 * half; i++)
            {
                sketch.Add(i, weight: 0.1);
            }

            Assert.Equal(half - 0.5, sketch.Quantile(0.5));
        }
    }

    [Fact]
    public void Negative_zero_is_zero()
    {
        QuantileSketch sketch = Sketch([-0.0], 16);

        Assert.False(double.IsNegative(sketch.Quantile(0.5)));
    }

    [Fact]
    public void Quantiles_between_the_largest_numbers_are_finite()
    {
        QuantileSketch sketch = Sketch([-double.MaxValue, double.MaxValue], 16);

        Assert.Equal([-double.MaxValue, 0, double.MaxValue], sketch.Quantiles(0, 0.5, 1));
        Assert.InRange(sketch.Quantile(0.25) / double.MaxValue, -0.5 - 1e-15, -0.5 + 1e-15);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var sketch = new QuantileSketch();

        AssertRefused<ArgumentOutOfRangeException>(() => new QuantileSketch(15), "capacity", "15");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Add(double.NaN), "value", "NaN");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Add(double.PositiveInfinity), "value", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Add(1, -1), "weight", "-1");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Add(1, double.NaN), "weight", "NaN");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Quantile(1.01), "probability", "1.01");
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Quantile(double.NaN), "probability", "NaN");
        Assert.Throws<InvalidOperationException>(() => sketch.Quantile(0.5));
        Assert.Equal(0, sketch.Count);
        sketch.Add(1, 1e308);
        AssertRefused<ArgumentOutOfRangeException>(() => sketch.Add(1, 1e308), "weight", "add up");
        AssertRefused<ArgumentException>(() => sketch.Merge(sketch), "other", "add up");
        Assert.Equal(1e308, sketch.Count);
    }

    private static Arbitrary<History> Histories { get; } = Gen.Sized(size => HistoryOf(size)).ToArbitrary();

    /// <summary>What happens to a sketch: values in some order and of some weights, after which others are merged into it.</summary>
    private sealed record History(int Seed, int Count, int Kind, bool IsWeighted, History[] Merged)
    {
        public (QuantileSketch Sketch, List<(double Value, double Weight)> Added) Play()
        {
            var sketch = new QuantileSketch(16 + Seed % 50);
            List<(double Value, double Weight)> added = [];
            var random = new Random(Seed);
            for (int i = 0; i < Count; i++)
            {
                double value = Kind switch
                {
                    0 => i,
                    1 => -i,
                    2 => 3,
                    3 => random.Next(5),
                    _ => Math.Exp(10 * random.NextDouble()),
                };
                double weight = IsWeighted ? Math.Exp(6 * random.NextDouble() - 3) : 1;
                sketch.Add(value, weight);
                added.Add((value, weight));
            }

            foreach (History history in Merged)
            {
                (QuantileSketch other, List<(double Value, double Weight)> others) = history.Play();
                sketch.Merge(other);
                added.AddRange(others);
            }

            return (sketch, added);
        }
    }

    private static Gen<History> HistoryOf(int size) =>
        from seed in Gen.Choose(0, 1_000_000)
        from count in Gen.Choose(0, 40 * size)
        from kind in Gen.Choose(0, 4)
        from isWeighted in ArbMap.Default.GeneratorFor<bool>()
        from merged in size < 4 ? Gen.Constant<History[]>([]) : HistoryOf(size / 3).ArrayOf(seed % 4)
        select new History(seed, count, kind, isWeighted, merged);

    private static double[] Values(int count, int seed) => TestData.Widen(TestData.Uniform(count, seed));

    private static QuantileSketch Sketch(IEnumerable<double> values, int capacity)
    {
        var sketch = new QuantileSketch(capacity);
        foreach (double value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }

    /// <summary>The weight up to every value added is as it is, within the bound; so are quantiles.</summary>
    private static void AssertWithinBound(QuantileSketch sketch, List<(double Value, double Weight)> added)
    {
        double total = added.Sum(point => point.Weight);
        double rounding = 1e-12 * total;
        Assert.InRange(sketch.Count, total - rounding, total + rounding);
        if (added.Count == 0)
        {
            return;
        }

        WeightedPoints points = sketch.Points();
        added.Sort();
        double exact = 0, kept = 0;
        for (int i = 0, k = 0; i < added.Count; i++)
        {
            exact += added[i].Weight;
            if (i + 1 < added.Count && added[i + 1].Value == added[i].Value)
            {
                continue;
            }

            for (; k < points.Count && points.Values[k] <= added[i].Value; k++)
            {
                kept += points.Weights[k];
            }

            Assert.InRange(kept - exact, -sketch.RankErrorBound - rounding, sketch.RankErrorBound + rounding);
        }

        // Below a quantile there is no more than its share, up to it no less; one value more or less by interpolation.
        double slack = sketch.RankErrorBound + added.Max(point => point.Weight) + rounding;
        foreach (double share in Shares)
        {
            double quantile = sketch.Quantile(share);
            Assert.InRange(added.Where(point => point.Value < quantile).Sum(point => point.Weight), 0, share * total + slack);
            Assert.InRange(
                added.Where(point => point.Value <= quantile).Sum(point => point.Weight), share * total - slack, total + rounding);
        }
    }
}
