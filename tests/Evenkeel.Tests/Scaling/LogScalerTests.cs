using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

public class LogScalerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1000)]
    public void The_logarithm_is_taken_and_undone(double offset)
    {
        double[] values = [.. Enumerable.Range(-300, 601).Select(i => Math.Exp(i)), double.NaN, 1e300, 3];
        Tensor<double> table = Tensor.Create(values, [values.Length / 2, 2]);
        LogScaler scaler = Fitted(new LogScaler(offset), table);
        Tensor<double> transformed = scaler.Transform(table);
        double[] logarithms = transformed.Elements().ToArray(), back = scaler.InverseTransform(transformed).Elements().ToArray();

        Assert.Equal(Array.ConvertAll(values, double.IsNaN), Array.ConvertAll(logarithms, double.IsNaN));
        Assert.Equal(Array.ConvertAll(values, double.IsNaN), Array.ConvertAll(back, double.IsNaN));
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                continue;
            }

            double expected = offset == 1 && values[i] < 1e-4
                ? values[i] * (1 - values[i] * (0.5 - values[i] / 3))
                : Math.Log(offset + values[i]);
            Assert.Equal(expected, logarithms[i], 1e-12 * Math.Abs(expected));

            // The logarithm's last bit is worth this much of the number.
            double rounding = 3e-16 * (1 + Math.Abs(expected)) * (offset == 1 && values[i] < 1 ? values[i] : offset + values[i]);
            Assert.Equal(values[i], back[i], rounding);
        }
    }

    [Fact]
    public void Single_precision_and_layouts()
    {
        float[] values = Array.ConvertAll(TestData.Uniform(31 * 3, seed: 1), x => 5 * x * x - 0.5f);
        Tensor<float> table = Tensor.Create(values, [31, 3]);
        float[] rowMajor = Fitted(new LogScaler(), table).Transform(table).Elements().ToArray();
        var columnMajor = new float[values.Length];
        Fitted(new LogScaler(), table).Transform(
            new ReadOnlyTensorSpan<float>(values, [31, 3], [1, 31]), new TensorSpan<float>(columnMajor, [31, 3], [1, 31]));

        Assert.Equal(Array.ConvertAll(values, x => (float)Math.Log(1 + (double)x)), rowMajor);
        Assert.Equal(rowMajor, columnMajor);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-1.5)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_has_no_logarithm_is_refused_with_row_and_column(double bad)
    {
        for (int at = 0; at < 60; at++)
        {
            double[] values = [.. Enumerable.Range(0, 60).Select(i => i == (at + 8) % 60 ? double.NaN : i)];
            values[at] = bad;
            Tensor<double> table = Tensor.Create(values, [20, 3]);
            string place = $"row {at / 3}, column {at % 3}";
            var scaler = new LogScaler();

            AssertRefused<ArgumentException>(() => scaler.Fit(table), "table", place, "-1");
            Assert.Equal(0, scaler.Columns);
            scaler.Fit(Tensor.Create([1.0, 2, 3], [1, 3]));
            AssertRefused<ArgumentException>(() => scaler.Transform(table), "table", place);
            AssertRefused<ArgumentException>(() => scaler.Transform(table, table.AsTensorSpan()), "table", place);
        }
    }

    [Fact]
    public void The_inverse_refuses_infinities_only()
    {
        LogScaler scaler = Fitted(new LogScaler(), Tensor.Create([1.0], [1, 1]));

        Assert.Equal([-1 + 4.5399929762484854e-5, 0], scaler.InverseTransform(Tensor.Create([-10.0, 0], [2, 1])).Elements().ToArray());
        AssertRefused<ArgumentException>(
            () => scaler.InverseTransform(Tensor.Create([1, double.NegativeInfinity], [2, 1])), "table", "row 1, column 0", "infinite");
    }

    [Fact]
    public void Parts_need_only_have_the_same_columns()
    {
        LogScaler scaler = Fitted(new LogScaler(2), Tensor.Create([1.0, 2], [1, 2])), other = new(2);
        scaler.PartialFit(Tensor.Create([-1.5, 2], [1, 2]));
        other.Merge(scaler);

        Assert.Equal(2, other.Columns);
        AssertRefused<ArgumentException>(() => scaler.PartialFit(Tensor.Create([-2.0, 2], [1, 2])), "table", "row 0, column 0", "-2");
        AssertRefused<ArgumentException>(() => scaler.Merge(new LogScaler(3)), "other");
        AssertRefused<ArgumentOutOfRangeException>(() => new LogScaler(-1), "offset", "-1");
        AssertRefused<ArgumentOutOfRangeException>(() => new LogScaler(double.NaN), "offset", "NaN");
    }

    private static LogScaler Fitted<T>(LogScaler scaler, Tensor<T> table)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        scaler.Fit(table);
        return scaler;
    }
}
