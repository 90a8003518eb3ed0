using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class DistributionShapeTests
{
    [Theory]
    [InlineData(-3, 0.001349898)]
    [InlineData(-1, 0.158655254)]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.691462461)]
    [InlineData(2, 0.977249868)]
    public void The_normal_distribution_is_that_of_tables(double x, double expected) =>
        Assert.Equal(expected, DistributionShape.Normal(x), 1e-7);

    [Fact]
    public void Normal_values_have_no_skewness_no_excess_and_no_distance_whatever_their_mean_and_deviation()
    {
        DistributionShape shape = DistributionShape.Of(Sorted(random => random * 5 - 30));
        Assert.Equal(0, shape.Skewness, 0.05);
        Assert.Equal(0, shape.ExcessKurtosis, 0.1);
        Assert.Equal(0, shape.NormalDistance, 0.01);
        Assert.Equal(0, shape.Zeros);
    }

    [Fact]
    public void What_a_relu_leaves_of_normal_values_is_skew_half_zero_and_far_from_normal()
    {
        // Of x⁺ mean and second moment are 1/√(2π) and 1/2: zeros lie 0.683 deviations below the mean, where the normal distribution is
        // 0.247 and half of the values are. Skewness and kurtosis follow from the third and fourth moments, 2/√(2π) and 3/2.
        DistributionShape shape = DistributionShape.Of(Sorted(random => Math.Max(random, 0)));
        Assert.Equal(0.5, shape.Zeros, 0.01);
        Assert.Equal(0.253, shape.NormalDistance, 0.01);
        Assert.Equal(1.646, shape.Skewness, 0.06);
        Assert.Equal(2.31, shape.ExcessKurtosis, 0.4);
    }

    [Fact]
    public void The_distance_of_two_points_is_that_of_a_step() =>
        Assert.Equal(0.5 - DistributionShape.Normal(-1), DistributionShape.Of([-1, 1]).NormalDistance, 1e-12);

    [Fact]
    public void Values_that_are_all_the_same_have_no_shape_but_their_zeros()
    {
        DistributionShape shape = DistributionShape.Of([0, 0, 0]);
        Assert.Equal(1, shape.Zeros);
        Assert.True(double.IsNaN(shape.Skewness) && double.IsNaN(shape.ExcessKurtosis) && double.IsNaN(shape.NormalDistance));
    }

    private static float[] Sorted(Func<float, float> map)
    {
        float[] values = new float[40_000];
        new RandomSource(3).Next().FillNormal(values, 0, 1);
        values = [.. values.Select(map)];
        Array.Sort(values);
        return values;
    }
}
