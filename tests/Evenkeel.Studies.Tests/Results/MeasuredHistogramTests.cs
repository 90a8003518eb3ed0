using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Tests.Results;

public class MeasuredHistogramTests
{
    [Fact]
    public void Every_finite_value_is_counted_once_and_the_largest_in_the_last_bin()
    {
        MeasuredHistogram histogram = Of(4, 0, 0, 1, 2, 3, 4);
        Assert.Equal([2, 1, 1, 2], histogram.Counts);
        Assert.Equal(("activations", 2.0, 0.0, 4.0), (histogram.Quantity, histogram.X, histogram.Low, histogram.High));
        Assert.Equal(Math.Sqrt(30.0 / 6 - 100.0 / 36), histogram.StandardDeviation, 14);
        Assert.Equal(2.0 / 6, histogram.FractionZero, 14);
    }

    [Fact]
    public void Values_that_are_not_finite_are_counted_apart()
    {
        MeasuredHistogram histogram = Of(2, float.NaN, 1, float.PositiveInfinity, 3, float.NegativeInfinity);
        Assert.Equal(3, histogram.NonFinite);
        Assert.Equal([1, 1], histogram.Counts);
        Assert.Equal(1, histogram.StandardDeviation);
    }

    [Fact]
    public void Without_finite_values_the_histogram_is_empty_and_its_numbers_are_zero()
    {
        MeasuredHistogram histogram = Of(10, float.NaN, float.NaN);
        Assert.Equal(2, histogram.NonFinite);
        Assert.Empty(histogram.Counts);
        Assert.Equal((0, 0, 0, 0), (histogram.Low, histogram.High, histogram.FractionZero, histogram.StandardDeviation));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-30f)]
    [InlineData(float.MaxValue)]
    public void Equal_values_are_in_one_bin(float value)
    {
        MeasuredHistogram histogram = Of(5, value, value, value);
        Assert.Equal([3, 0, 0, 0, 0], histogram.Counts);
        Assert.Equal(0, histogram.StandardDeviation);
    }

    [Fact]
    public void The_widest_range_does_not_overflow()
    {
        MeasuredHistogram histogram = Of(4, -float.MaxValue, 0, float.MaxValue, float.Epsilon);
        Assert.Equal(4, histogram.Counts.Sum());
        Assert.True(double.IsFinite(histogram.StandardDeviation));
    }

    [Fact]
    public void Less_than_one_bin_is_refused() => Assert.Throws<ArgumentOutOfRangeException>("bins", () => Of(0, 1));

    private static MeasuredHistogram Of(int bins, params float[] values) => MeasuredHistogram.Of("activations", 2, values, bins);
}
