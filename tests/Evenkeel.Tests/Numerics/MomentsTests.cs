using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics;

public class MomentsTests
{
    [Fact]
    public void Merging_parts_in_any_grouping_gives_the_moments_of_the_whole() => Properties.Check(
        Properties.Parts,
        parts =>
        {
            Moments a = Of(parts.First), b = Of(parts.Second), c = Of(parts.Third);
            double[] all = [.. parts.First, .. parts.Second, .. parts.Third];
            AssertClose(Direct(all), Moments.Merge(Moments.Merge(a, b), c), all);
            AssertClose(Direct(all), Moments.Merge(a, Moments.Merge(b, c)), all);
            AssertClose(Direct(all), Moments.Merge(c, Moments.Merge(b, a)), all);
        });

    [Fact]
    public void Merging_no_values_changes_nothing()
    {
        var some = new Moments(3, 1.5, 2.5);
        Assert.Equal(some, Moments.Merge(some, Moments.Empty));
        Assert.Equal(some, Moments.Merge(Moments.Empty, some));
        Assert.Equal(Moments.Empty, Moments.Merge(Moments.Empty, Moments.Empty));
    }

    [Fact]
    public void Variances_are_of_the_population_and_of_the_sample()
    {
        Moments moments = Of([1, 2, 6]);
        Assert.Equal(3, moments.Count);
        Assert.Equal(3, moments.Mean, 1e-15);
        Assert.Equal(14.0 / 3, moments.PopulationVariance, 1e-14);
        Assert.Equal(7, moments.SampleVariance, 1e-14);
        Assert.Equal(0, Moments.Of(5).PopulationVariance);
        Assert.True(double.IsNaN(Moments.Of(5).SampleVariance));
        Assert.True(double.IsNaN(Moments.Empty.PopulationVariance));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void One_value_that_is_not_finite_shows_after_every_merge(double value)
    {
        Assert.False(Moments.Of(value).IsFinite);
        Assert.False(Moments.Merge(Of([1, 2]), Moments.Of(value)).IsFinite);
        Assert.False(Moments.Merge(Moments.Of(value), Of([1, 2])).IsFinite);
        Assert.False(Moments.Merge(Moments.Of(value), Moments.Of(value)).IsFinite);
    }

    private static Moments Of(double[] values) =>
        values.Aggregate(Moments.Empty, (moments, value) => Moments.Merge(moments, Moments.Of(value)));

    private static Moments Direct(double[] values)
    {
        double mean = values.Length == 0 ? 0 : values.Average();
        return new Moments(values.Length, mean, values.Sum(value => (value - mean) * (value - mean)));
    }

    private static void AssertClose(Moments expected, Moments actual, double[] values)
    {
        double largest = values.Length == 0 ? 1 : values.Max(Math.Abs);
        Assert.Equal(expected.Count, actual.Count);
        Assert.InRange(Math.Abs(actual.Mean - expected.Mean), 0, Tolerances.DoubleSums * largest);
        Assert.InRange(
            Math.Abs(actual.SumOfSquaredDeviations - expected.SumOfSquaredDeviations),
            0,
            Tolerances.DoubleSums * values.Length * largest * largest);
    }
}
