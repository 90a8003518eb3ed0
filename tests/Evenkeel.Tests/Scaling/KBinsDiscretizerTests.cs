using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Scaling.QuantileScalersGolden;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

public class KBinsDiscretizerTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Edges_bins_and_their_middles_are_those_of_scikit_learn()
    {
        foreach (TransformersGolden golden in TransformersGolden.All)
        {
            foreach (TransformersGolden.BinValues expected in golden.Bins)
            {
                var scaler = new KBinsDiscretizer(
                    expected.Bins, expected.Strategy == "uniform" ? BinStrategy.Uniform : BinStrategy.Quantile);
                scaler.Fit(Column(Numbers(golden.Values)));
                double[] bins = [.. Enumerable.Range(0, scaler.Edges[0].Count - 1)];
                Closeness.AssertClose(Numbers(expected.Edges), scaler.Edges[0].ToArray(), 1e-14);
                Assert.Equal(Numbers(expected.Transformed), Elements(scaler.Transform(Column(Numbers(expected.At)))));
                Closeness.AssertClose(Numbers(expected.Inverse), Elements(scaler.InverseTransform(Column(bins))), 1e-14);
            }
        }
    }

    [Fact]
    public void Bins_include_their_lower_edges_and_what_is_beyond_the_ends()
    {
        var scaler = new KBinsDiscretizer(4, BinStrategy.Uniform);
        scaler.Fit(Tensor.Create([0, 7, NaN, 8, 7, NaN], [2, 3]));

        Assert.Equal([[0, 2, 4, 6, 8], [7, 7], [0, 0]], scaler.Edges);
        Assert.Equal(
            [0, 0, 0, 1, 0, NaN, 3, 0, 0, 3, NaN, 0],
            Elements(scaler.Transform(Tensor.Create([-5, 6, 1, 2, 7, NaN, 6, 8, 0, 99, NaN, -9], [4, 3]))));
        Assert.Equal([1, 7, 0, 7, NaN, 0], Elements(scaler.InverseTransform(Tensor.Create([0, 0, 0, 3, NaN, 0], [2, 3]))));
        AssertRefused<ArgumentException>(
            () => scaler.InverseTransform(Tensor.Create([4.0, 0, 0], [1, 3])), "table", "row 0, column 0", "one of the column's bins");
        AssertRefused<ArgumentException>(() => scaler.InverseTransform(Tensor.Create([0, 1.0, 0], [1, 3])), "table", "column 1");
        AssertRefused<ArgumentException>(() => scaler.InverseTransform(Tensor.Create([0.5, 0, 0], [1, 3])), "table", "column 0");
        AssertRefused<ArgumentException>(
            () => scaler.Transform(Tensor.Create([0, double.PositiveInfinity, 0], [1, 3])), "table", "column 1", "infinite");
    }

    [Fact]
    public void Equal_widths_merge_exactly_and_go_on() => Properties.Check(Properties.Parts, parts =>
    {
        double[] all = [.. parts.First, .. parts.Second, .. parts.Third];
        KBinsDiscretizer whole = new(6, BinStrategy.Uniform), streamed = new(6, BinStrategy.Uniform), merged = new(6, BinStrategy.Uniform);
        whole.Fit(Column(all));
        foreach (double[] part in (double[][])[parts.First, parts.Second, parts.Third])
        {
            var other = new KBinsDiscretizer(6, BinStrategy.Uniform);
            other.PartialFit(Column(part));
            merged.Merge(other);
            streamed.PartialFit(Column(part));
        }

        Assert.Equal(whole.Edges, streamed.Edges);
        Assert.Equal(whole.Edges, merged.Edges);
        double[] bins = Elements(whole.Transform(Column(all)));
        Assert.Equal(bins, Elements(whole.Transform(whole.InverseTransform(Column(bins)))));
        Assert.All(bins, bin => Assert.InRange(bin, 0, 5));
    });

    [Fact]
    public void Quantile_bins_hold_equally_many_values_in_parts_too()
    {
        float[] values = TestData.Uniform(1000 * 2, seed: 1);
        KBinsDiscretizer whole = new(10), parts = new(10);
        whole.Fit(Tensor.Create(values, [1000, 2]));
        parts.PartialFit(Tensor.Create(values[..600], [300, 2]));
        parts.PartialFit(Tensor.Create(values[600..], [700, 2]));

        Assert.Equal(whole.Edges, parts.Edges);
        Assert.All(whole.Transform(Tensor.Create(values, [1000, 2])).Elements().ToArray().CountBy(bin => bin), bin =>
            Assert.Equal(200, bin.Value));
        Assert.Throws<InvalidOperationException>(() => whole.PartialFit(Tensor.Create(values, [1000, 2])));
        parts.Fit(Tensor.Create(values, [1000, 2]));
        Assert.Equal(whole.Edges, parts.Edges);
    }

    [Fact]
    public void Bad_settings_and_values_are_refused()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new KBinsDiscretizer(1), "bins", "from 2 to 65535");
        AssertRefused<ArgumentOutOfRangeException>(() => new KBinsDiscretizer(65_536), "bins");
        AssertRefused<ArgumentOutOfRangeException>(() => new KBinsDiscretizer(5, (BinStrategy)2), "strategy");
        AssertRefused<ArgumentOutOfRangeException>(() => new KBinsDiscretizer(sketchCapacity: 3), "sketchCapacity");
        AssertRefused<ArgumentException>(() => new KBinsDiscretizer(5).Merge(new KBinsDiscretizer(6)), "other");
        foreach (BinStrategy strategy in Enum.GetValues<BinStrategy>())
        {
            AssertRefused<ColumnException>(
                () => new KBinsDiscretizer(5, strategy).Fit(Column([1, double.MaxValue])), "table", "column 0");
        }
    }

    private static double[] Elements(Tensor<double> table) => table.Elements().ToArray();

    private static Tensor<double> Column(double[] values) => Tensor.Create(values, [values.Length, 1]);
}
