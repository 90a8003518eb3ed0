using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Scaling.QuantileScalersGolden;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

[Collection(nameof(ProcessWideState))]
public class QuantileTransformerTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Results_and_inverses_are_those_of_scikit_learn()
    {
        foreach (TransformersGolden golden in TransformersGolden.All)
        {
            foreach (TransformersGolden.QuantileValues expected in golden.Quantile)
            {
                foreach (bool streamed in (bool[])[false, true])
                {
                    QuantileTransformer scaler = Of(expected);
                    Fit(scaler, Column(Numbers(golden.Values)), streamed);
                    Closeness.AssertClose(Numbers(expected.Transformed), Transformed(scaler, Numbers(golden.Points)), 1e-13);
                    Closeness.AssertClose(
                        Numbers(expected.Inverse), Elements(scaler.InverseTransform(Column(Numbers(expected.From)))), 1e-13);
                }
            }
        }
    }

    [Fact]
    public void The_normal_distribution_is_that_of_SciPy_to_rounding()
    {
        foreach (double[] pair in TransformersGolden.NormalDistribution)
        {
            Assert.Equal(pair[1], ElementaryFunctions.NormalDistribution(pair[0]), (2e-15 + 3e-16 * pair[0] * pair[0]) * pair[1]);
        }

        Assert.Equal(
            [0, 1, NaN],
            ((double[])[double.NegativeInfinity, double.PositiveInfinity, NaN]).Select(ElementaryFunctions.NormalDistribution));
        for (double x = -5; x < 5; x += 0.01)
        {
            Assert.Equal(x, ElementaryFunctions.NormalQuantile(ElementaryFunctions.NormalDistribution(x)), x > 0 ? 1e-9 : 1e-13);
            Assert.Equal(1, ElementaryFunctions.NormalDistribution(x) + ElementaryFunctions.NormalDistribution(-x), 1e-15);
        }
    }

    [Fact]
    public void Ranks_are_uniform_and_ties_get_the_middle_of_their_ranks()
    {
        var scaler = new QuantileTransformer();
        double[] values = [1, 2, 2, 2, 9];
        scaler.Fit(Column(values));

        Assert.Equal([0, 0, 0.125, 0.5, 0.75 + 0.125, 1, 1, NaN], Transformed(scaler, [-5, 1, 1.5, 2, 5.5, 9, 10, NaN]));
        Assert.Equal(values, scaler.Quantiles[0]);
        Assert.Equal([1, 1.5, 2, 2, 5.5, 9, 9], Elements(scaler.InverseTransform(Column([-1, 0.125, 0.25, 0.6, 0.875, 1, 3]))));
    }

    [Fact]
    public void Constant_and_empty_columns_and_a_single_row()
    {
        var scaler = new QuantileTransformer(distribution: OutputDistribution.Normal);
        scaler.Fit(Tensor.Create([7, NaN], [1, 2]));
        double end = Transformed(Fitted(new QuantileTransformer(10, OutputDistribution.Normal), [1, 2, 3]), [9])[0];

        Assert.Equal(5.19933758270342, end, 1e-9);
        Assert.Equal([-end, -end, end, 0, -end, end], Array.ConvertAll(
            Elements(scaler.Transform(Tensor.Create([7, 0, 8, NaN, 6, 1], [3, 2]))), y => double.IsNaN(y) ? 0 : Math.Sign(y) * end));
        Assert.Equal([7, 0, 7, 0], Elements(scaler.InverseTransform(Tensor.Create([-9.0, 1, 0.3, -1], [2, 2]))));
    }

    [Theory]
    [InlineData(OutputDistribution.Uniform)]
    [InlineData(OutputDistribution.Normal)]
    public void The_inverse_gives_the_table_back(OutputDistribution distribution) => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            double[] values = [.. TestData.Uniform(50, drawn.Seed).Select(x => (double)(x * drawn.Scale)).Append(NaN)];
            QuantileTransformer scaler = Fitted(new QuantileTransformer(200, distribution), values);
            Closeness.AssertClose(values, Elements(scaler.InverseTransform(scaler.Transform(Column(values)))), 1e-8);
        });

    [Fact]
    public void Layouts_precisions_and_weights_of_0_and_1_give_the_same()
    {
        float[] rowMajor = TestData.Uniform(300 * 19, seed: 1);
        float[] columnMajor = [.. Enumerable.Range(0, rowMajor.Length).Select(i => rowMajor[i % 300 * 19 + i / 300])];
        float[] doubled = [.. rowMajor, .. TestData.Uniform(300 * 19, seed: 2)];
        QuantileTransformer first = new(50), second = new(50), third = new(50), fourth = new(50);
        first.Fit(Tensor.Create(rowMajor, [300, 19]));
        second.Fit(new ReadOnlyTensorSpan<float>(columnMajor, [300, 19], [1, 300]));
        third.Fit(Tensor.Create(TestData.Widen(rowMajor), [300, 19]));
        fourth.Fit(Tensor.Create(doubled, [600, 19]), [.. Enumerable.Range(0, 600).Select(row => row < 300 ? 1.0 : 0)]);

        var result = new float[columnMajor.Length];
        second.Transform(
            new ReadOnlyTensorSpan<float>(columnMajor, [300, 19], [1, 300]), new TensorSpan<float>(result, [300, 19], [1, 300]));
        float[] expected = first.Transform(Tensor.Create(rowMajor, [300, 19])).Elements().ToArray();
        Assert.Equal(expected, Enumerable.Range(0, result.Length).Select(i => result[i % 19 * 300 + i / 19]));
        Assert.Equal(first.Quantiles, second.Quantiles);
        Assert.Equal(first.Quantiles, third.Quantiles);
        Assert.Equal(first.Quantiles, fourth.Quantiles);
    }

    [Fact]
    public void Parts_are_exact_up_to_the_capacity_and_close_beyond()
    {
        double[] values = TestData.Widen(TestData.Uniform(2000, seed: 3));
        QuantileTransformer whole = Fitted(new QuantileTransformer(21), values);
        QuantileTransformer parts = new(21), merged = new(21), tight = new(21, sketchCapacity: 100);
        foreach (double[] part in values.Chunk(700))
        {
            var other = new QuantileTransformer(21);
            other.PartialFit(Column(part));
            merged.Merge(other);
            parts.PartialFit(Column(part));
            tight.PartialFit(Column(part));
        }

        Assert.Equal(whole.Quantiles, parts.Quantiles);
        Assert.Equal(whole.Quantiles, merged.Quantiles);
        Closeness.AssertClose(Transformed(whole, values), Transformed(tight, values), 0.1);
        Assert.NotEqual(whole.Quantiles, tight.Quantiles);
        Assert.Throws<InvalidOperationException>(() => whole.PartialFit(Column(values)));
        Assert.Throws<InvalidOperationException>(() => parts.Merge(whole));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Tensor<float> table = Tensor.Create(TestData.Uniform(9000 * 21, seed: 6), [9000, 21]);
        float[]? alone = null;
        foreach (int threads in (int[])[1, 2, 5])
        {
            WithThreads(threads, () =>
            {
                float[] result = new QuantileTransformer(100, OutputDistribution.Normal).FitTransform(table).Elements().ToArray();
                Assert.Equal(alone ??= result, result);
            });
        }
    }

    [Fact]
    public void Infinities_and_bad_settings_are_refused()
    {
        QuantileTransformer scaler = Fitted(new QuantileTransformer(), [1, 2, 3]);
        Tensor<double> bad = Column([1, 2, double.NegativeInfinity]);
        AssertRefused<ArgumentException>(() => scaler.Fit(bad), "table", "row 2, column 0");
        AssertRefused<ArgumentException>(() => new QuantileTransformer().PartialFit(bad), "table", "row 2, column 0");
        AssertRefused<ArgumentException>(() => scaler.Transform(bad), "table", "row 2, column 0");
        AssertRefused<ArgumentException>(() => scaler.InverseTransform(bad), "table", "row 2, column 0");
        AssertRefused<ColumnException>(() => scaler.Fit(Column([1, double.MaxValue])), "table", "column 0");
        Assert.Equal([1, 2, 3], scaler.Quantiles[0]);
        AssertRefused<ArgumentOutOfRangeException>(() => new QuantileTransformer(1), "quantiles", "from 2 to 65536");
        AssertRefused<ArgumentOutOfRangeException>(() => new QuantileTransformer(65_537), "quantiles");
        AssertRefused<ArgumentOutOfRangeException>(() => new QuantileTransformer(distribution: (OutputDistribution)5), "distribution");
        AssertRefused<ArgumentOutOfRangeException>(() => new QuantileTransformer(sketchCapacity: 1), "sketchCapacity");
        AssertRefused<ArgumentException>(() => scaler.Merge(new QuantileTransformer(5)), "other");
    }

    private static QuantileTransformer Of(TransformersGolden.QuantileValues kind) => new(
        kind.Count, kind.Distribution == "normal" ? OutputDistribution.Normal : OutputDistribution.Uniform);

    private static QuantileTransformer Fitted(QuantileTransformer scaler, double[] values)
    {
        scaler.Fit(Column(values));
        return scaler;
    }

    private static void Fit(Scaler scaler, Tensor<double> table, bool streamed)
    {
        if (streamed)
        {
            scaler.PartialFit(table);
        }
        else
        {
            scaler.Fit(table);
        }
    }

    private static double[] Transformed(Scaler scaler, double[] values) => Elements(scaler.Transform(Column(values)));

    private static double[] Elements(Tensor<double> table) => table.Elements().ToArray();

    private static Tensor<double> Column(double[] values) => Tensor.Create(values, [values.Length, 1]);
}
