using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Scaling.QuantileScalersGolden;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

public class ImputerTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Values_are_those_of_scikit_learn_at_once_and_in_parts()
    {
        foreach (TransformersGolden golden in TransformersGolden.All)
        {
            double[] values = Numbers(golden.Values);
            foreach ((Imputation strategy, double expected) in ((Imputation, double)[])
                [
                    (Imputation.Mean, golden.Imputed.Mean),
                    (Imputation.Median, golden.Imputed.Median),
                    (Imputation.MostFrequent, golden.Imputed.MostFrequent),
                ])
            {
                Imputer whole = new(strategy), parts = new(strategy), merged = new(strategy);
                whole.Fit(Column(values));
                foreach (double[] part in values.Chunk(15))
                {
                    var other = new Imputer(strategy);
                    other.PartialFit(Column(part));
                    merged.Merge(other);
                    parts.PartialFit(Column(part));
                }

                Assert.All((Imputer[])[whole, parts, merged], imputer =>
                    Assert.Equal(expected, imputer.Values[0], strategy == Imputation.Mean ? 1e-14 * (1 + Math.Abs(expected)) : 0));
            }
        }
    }

    [Fact]
    public void Missing_values_are_filled_in_and_stay()
    {
        float[] table = [1, float.NaN, float.NaN, 5, 3, 5];
        foreach ((Imputation strategy, float first, float second) in ((Imputation, float, float)[])
            [(Imputation.Mean, 2, 5), (Imputation.Median, 2, 5), (Imputation.MostFrequent, 1, 5), (Imputation.Constant, -7.5f, -7.5f)])
        {
            var imputer = new Imputer(strategy, -7.5);
            float[] expected = [1, second, first, 5, 3, 5];
            Tensor<float> filled = imputer.FitTransform(Tensor.Create(table, [3, 2]));
            Assert.Equal(expected, filled.Elements().ToArray());
            Assert.Equal([first, (double)second], imputer.Values);
            Assert.Equal(expected, imputer.InverseTransform(filled).Elements().ToArray());

            float[] inPlace = [.. table];
            imputer.Transform<float>(new ReadOnlyTensorSpan<float>(inPlace, [3, 2]), new TensorSpan<float>(inPlace, [3, 2]));
            Assert.Equal(expected, inPlace);
        }
    }

    [Fact]
    public void Equally_frequent_values_give_the_smallest_and_weights_count()
    {
        var imputer = new Imputer(Imputation.MostFrequent);
        imputer.Fit(Column([3, -0.0, 3, 0.0, 9, NaN]));
        Assert.Equal([0.0], imputer.Values);
        Assert.False(double.IsNegative(imputer.Values[0]));
        imputer.Fit(Column([3, 0, 3, 0, 9, NaN]), [1, 1, 1, 1, 2.5, 7]);
        Assert.Equal([9.0], imputer.Values);
        imputer.PartialFit(Column([3, 8]), [0.75, 0]);
        Assert.Equal([3.0], imputer.Values);
    }

    [Fact]
    public void Counts_of_parts_are_those_of_the_whole() => Properties.Check(Properties.Parts, parts =>
    {
        double[] all = [.. parts.First, .. parts.Second, .. parts.Third];
        if (all.Length == 0)
        {
            return;
        }

        var merged = new Imputer(Imputation.MostFrequent);
        foreach (double[] part in (double[][])[parts.Third, parts.First, parts.Second])
        {
            var other = new Imputer(Imputation.MostFrequent);
            other.PartialFit(Column(part));
            merged.Merge(other);
        }

        Assert.Equal(all.CountBy(x => x).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key, merged.Values[0]);
    });

    [Fact]
    public void A_column_without_values_is_refused_and_named()
    {
        Tensor<double> table = Tensor.Create([1, NaN, 2, NaN], [2, 2]);
        foreach (Imputation strategy in (Imputation[])[Imputation.Mean, Imputation.Median, Imputation.MostFrequent])
        {
            Imputer fitted = new(strategy), streamed = new(strategy);
            fitted.Fit(Tensor.Create([1.0, 2], [1, 2]));
            AssertRefused<ColumnException>(() => fitted.Fit(table), "table", "column 1", "missing", "Imputation.Constant");
            Assert.Equal([1.0, 2.0], fitted.Values);

            streamed.PartialFit(table);
            Assert.Equal(NaN, streamed.Values[1]);
            Assert.Equal([9.0, 4], streamed.Transform(Tensor.Create([9.0, 4], [1, 2])).Elements().ToArray());
            AssertRefused<ArgumentException>(
                () => streamed.Transform(table), "table", "row 0, column 1", "missing", "no value", "Imputation.Constant");
            streamed.PartialFit(Tensor.Create([9.0, 4], [1, 2]));
            Assert.Equal(4, streamed.Transform(table).Elements()[1]);
        }

        Assert.Equal([1, 0.5, 2, 0.5], new Imputer(Imputation.Constant, 0.5).FitTransform(table).Elements().ToArray());
    }

    [Fact]
    public void More_distinct_values_than_are_counted_are_refused_and_nothing_changes()
    {
        double[] many = [.. Enumerable.Range(0, 1_000_000)];
        var imputer = new Imputer(Imputation.MostFrequent);
        imputer.PartialFit(Column(many));
        imputer.PartialFit(Column([5]));
        AssertRefused<ColumnException>(() => imputer.PartialFit(Column([-1])), "table", "column 0", "1,000,000 distinct");
        AssertRefused<ColumnException>(() => imputer.Fit(Column([.. many, -1])), "table", "1,000,000 distinct");
        var other = new Imputer(Imputation.MostFrequent);
        other.PartialFit(Column([-1]));
        AssertRefused<ColumnException>(() => imputer.Merge(other), "other", "1,000,000 distinct");
        Assert.Equal([5.0], imputer.Values);
    }

    [Fact]
    public void Bad_settings_and_infinities_are_refused()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new Imputer((Imputation)4), "strategy");
        AssertRefused<ArgumentOutOfRangeException>(() => new Imputer(Imputation.Constant, NaN), "constant");
        AssertRefused<ArgumentException>(
            () => new Imputer(Imputation.Constant, 1).Merge(new Imputer(Imputation.Constant, 2)), "other", "settings");
        foreach (Imputation strategy in Enum.GetValues<Imputation>())
        {
            var imputer = new Imputer(strategy);
            Tensor<double> bad = Column([1, 2, double.PositiveInfinity]);
            AssertRefused<ArgumentException>(() => imputer.Fit(bad), "table", "row 2, column 0", "infinite");
            AssertRefused<ArgumentException>(() => imputer.PartialFit(bad), "table", "row 2, column 0", "infinite");
            imputer.Fit(Column([1, 2]));
            AssertRefused<ArgumentException>(() => imputer.Transform(bad), "table", "row 2, column 0", "infinite");
            AssertRefused<ArgumentException>(() => imputer.InverseTransform(bad), "table", "row 2, column 0", "infinite");
        }
    }

    private static Tensor<double> Column(double[] values) => Tensor.Create(values, [values.Length, 1]);
}
