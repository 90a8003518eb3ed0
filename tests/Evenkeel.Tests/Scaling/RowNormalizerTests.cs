using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

public class RowNormalizerTests
{
    public static TheoryData<VectorNorm> Norms => [VectorNorm.L1, VectorNorm.L2, VectorNorm.Max];

    [Theory]
    [InlineData(VectorNorm.L1, 7)]
    [InlineData(VectorNorm.L2, 5)]
    [InlineData(VectorNorm.Max, 4)]
    public void A_row_is_divided_by_its_norm(VectorNorm norm, double length) =>
        Assert.Equal([3 / length, -4 / length], Transformed(norm, [3, -4], 1));

    [Theory]
    [MemberData(nameof(Norms))]
    public void Every_row_of_every_width_is_divided_by_its_norm_in_both_layouts(VectorNorm norm)
    {
        foreach (int columns in Shapes.AroundVectors.Append(500))
        {
            const int Rows = 19;
            double[] values = TestData.Widen(TestData.Uniform(Rows * columns, seed: columns));
            values[^1] = double.NaN;
            double[] expected = Expected(values, columns, norm);
            Closeness.AssertClose(expected, Transformed(norm, values, Rows), Tolerances.DoubleSums, scale: 1, $"{columns} columns");

            double[][] turned = [.. Enumerable.Range(0, columns).Select(c => values.Where((_, i) => i % columns == c).ToArray())];
            Tensor<double> result = Fitted(norm, columns).Transform(Tables.Of(turned, columnMajor: true));
            Closeness.AssertClose(
                expected,
                Tables.Of(Tables.Columns(result, columnMajor: true), columnMajor: false).Elements(), Tolerances.DoubleSums, scale: 1);

            float[] single = Array.ConvertAll(values, value => (float)value);
            Closeness.AssertClose(
                expected,
                Fitted(norm, columns).Transform(TestData.Tensor(single, Rows, columns)).Elements(), Tolerances.RoundedOnce, scale: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_power_of_two_changes_not_a_bit(VectorNorm norm)
    {
        double[] values = TestData.Widen(TestData.Uniform(60, seed: 1));
        double[] expected = Transformed(norm, values, 6);
        foreach (int exponent in (int[])[1023, 500, -500, -990])
        {
            Assert.Equal(expected, Transformed(norm, Array.ConvertAll(values, value => Math.ScaleB(value, exponent)), 6));
        }
    }

    [Theory]
    [InlineData(VectorNorm.L1, 0.5)]
    [InlineData(VectorNorm.L2, 0.70710678118654752)]
    [InlineData(VectorNorm.Max, 1)]
    public void The_largest_and_the_smallest_numbers_neither_overflow_nor_vanish(VectorNorm norm, double expected)
    {
        foreach (double value in (double[])[1e200, double.MaxValue, double.Epsilon, 3e-310, 1e-200])
        {
            Closeness.AssertClose([expected, -expected], Transformed(norm, [value, -value], 1), Tolerances.DoubleSums);
        }

        foreach (float value in (float[])[1e30f, float.MaxValue, float.Epsilon])
        {
            Tensor<float> row = TestData.Tensor(new[] { value, -value }, 1, 2);
            Closeness.AssertClose([expected, -expected], Fitted(norm, 2).Transform(row).Elements(), Tolerances.RoundedOnce);
        }
    }

    [Theory]
    [MemberData(nameof(Norms))]
    public void Zeros_and_missing_values_stay(VectorNorm norm) => Assert.Equal(
        [0, 0, double.NaN, 1, double.NaN, double.NaN, 0, double.NaN],
        Transformed(norm, [0, 0, double.NaN, 5, double.NaN, double.NaN, 0, double.NaN], 4));

    [Fact]
    public void An_infinity_is_refused_with_its_place()
    {
        Tensor<double> table = TestData.Tensor(new[] { 1, 2, 3, double.NegativeInfinity, 3, 4 }, 3, 2);
        Refusals.AssertRefused<ArgumentException>(() =>
            Fitted(VectorNorm.L2, 2).Transform<double>(table, table), "table", "row 1, column 1");
        Assert.Equal([0.6, 0.8], table.Elements()[4..].ToArray());

        var fitted = new RowNormalizer();
        Tensor<double> another = TestData.Tensor(new[] { 1, 2, 3, double.PositiveInfinity }, 2, 2);
        Refusals.AssertRefused<ArgumentException>(() => fitted.Fit(another), "table", "row 1, column 1");
        Refusals.AssertRefused<ArgumentException>(() => fitted.PartialFit(another), "table", "row 1, column 1");
        Assert.Equal(0, fitted.Columns);
    }

    [Fact]
    public void There_is_no_inverse()
    {
        Tensor<double> table = TestData.Tensor(new[] { 1.0, 2 }, 1, 2);
        var thrown = Assert.Throws<NotSupportedException>(() => Fitted(VectorNorm.L2, 2).InverseTransform(table));
        Assert.Contains("length of each row is lost", thrown.Message, StringComparison.Ordinal);
        var columns = new ColumnTransformer((new StandardScaler(), [0]), (new RowNormalizer(), [1]));
        columns.Fit(table);
        Assert.Throws<NotSupportedException>(() => columns.InverseTransform<double>(table, table));
        Assert.Equal([1, 2], table.Elements().ToArray());
    }

    [Fact]
    public void Scalers_merge_where_their_norm_is_the_same()
    {
        var scaler = new RowNormalizer(VectorNorm.L1);
        scaler.Merge(Fitted(VectorNorm.L1, 3));
        Assert.Equal(3, scaler.Columns);
        Refusals.AssertRefused<ArgumentException>(() => scaler.Merge(Fitted(VectorNorm.L2, 3)), "other");
        Refusals.AssertRefused<ArgumentOutOfRangeException>(() => new RowNormalizer((VectorNorm)3), "norm");
    }

    private static RowNormalizer Fitted(VectorNorm norm, int columns)
    {
        var scaler = new RowNormalizer(norm);
        scaler.Fit(TestData.Tensor(new double[columns], 1, columns));
        return scaler;
    }

    private static double[] Transformed(VectorNorm norm, double[] values, int rows) =>
        Fitted(norm, values.Length / rows).Transform(TestData.Tensor(values, rows, values.Length / rows)).Elements().ToArray();

    private static double[] Expected(double[] values, int columns, VectorNorm norm) =>
    [
        .. values.Chunk(columns).SelectMany(row =>
        {
            double[] magnitudes = [.. row.Where(value => !double.IsNaN(value)).Select(Math.Abs)];
            double length = norm switch
            {
                VectorNorm.L1 => magnitudes.Sum(),
                VectorNorm.L2 => Math.Sqrt(magnitudes.Sum(value => value * value)),
                _ => magnitudes.Append(0).Max(),
            };
            return row.Select(value => value / (length == 0 ? 1 : length));
        }),
    ];
}
