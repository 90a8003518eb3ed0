using System.Numerics.Tensors;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class UnitsTests
{
    [Fact]
    public void Each_units_values_are_sorted()
    {
        float[][] units = Units.Sorted(Tensor.Create([3f, 10, 1, 30, 2, 20], [3, 2]));
        Assert.Equal([1, 2, 3], units[0]);
        Assert.Equal([10, 20, 30], units[1]);
    }

    [Fact]
    public void Each_units_values_are_in_the_order_of_the_samples()
    {
        float[][] units = Units.Columns(Tensor.Create([3f, 10, 1, 30, 2, 20], [3, 2]));
        Assert.Equal([3, 1, 2], units[0]);
        Assert.Equal([10, 30, 20], units[1]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.15, 1.6)]
    [InlineData(0.5, 4)]
    [InlineData(0.85, 15.2)]
    [InlineData(1, 20)]
    public void A_quantile_lies_between_its_neighbours_in_proportion(double fraction, double expected) =>
        Assert.Equal(expected, Units.Quantile([1, 2, 4, 12, 20], fraction), 1e-12);
}
