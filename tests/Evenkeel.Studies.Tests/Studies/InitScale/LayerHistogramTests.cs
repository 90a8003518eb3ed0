using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Studies.InitScale;

public class LayerHistogramTests
{
    [Fact]
    public void Every_finite_activation_is_counted_once_and_the_largest_in_the_last_bin()
    {
        var histogram = LayerHistogram.Of(2, [0, 0, 1, 2, 3, 4], bins: 4);
        Assert.Equal([2, 1, 1, 2], histogram.Counts);
        Assert.Equal((2, 0, 4), (histogram.Layer, histogram.Low, histogram.High));
        Assert.Equal(10.0 / 6, histogram.Mean, 14);
        Assert.Equal(Math.Sqrt(30.0 / 6 - 100.0 / 36), histogram.StandardDeviation, 14);
        Assert.Equal(2.0 / 6, histogram.FractionZero, 14);
    }

    [Fact]
    public void Activations_that_diverged_are_counted_apart()
    {
        var histogram = LayerHistogram.Of(1, [float.NaN, 1, float.PositiveInfinity, 3, float.NegativeInfinity], bins: 2);
        Assert.Equal(3, histogram.NonFinite);
        Assert.Equal([1, 1], histogram.Counts);
        Assert.Equal(2, histogram.Mean);
    }

    [Fact]
    public void Where_nothing_is_finite_the_histogram_is_empty_and_its_numbers_are_zero()
    {
        var histogram = LayerHistogram.Of(1, [float.NaN, float.NaN], bins: 10);
        Assert.Equal(2, histogram.NonFinite);
        Assert.Empty(histogram.Counts);
        Assert.Equal((0, 0, 0, 0), (histogram.Low, histogram.High, histogram.Mean, histogram.StandardDeviation));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-30f)]
    [InlineData(float.MaxValue)]
    public void A_constant_layer_stands_in_one_bin(float value)
    {
        var histogram = LayerHistogram.Of(1, [value, value, value], bins: 5);
        Assert.Equal([3, 0, 0, 0, 0], histogram.Counts);
        Assert.Equal(0, histogram.StandardDeviation);
    }

    [Fact]
    public void The_widest_range_does_not_overflow()
    {
        var histogram = LayerHistogram.Of(1, [-float.MaxValue, 0, float.MaxValue, float.Epsilon], bins: 4);
        Assert.Equal(4, histogram.Counts.Sum());
        Assert.True(double.IsFinite(histogram.StandardDeviation));
    }

    [Fact]
    public void Less_than_one_bin_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("bins", () => LayerHistogram.Of(1, [1], bins: 0));
}
