using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class EuclideanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1e30)]
    [InlineData(1e-30)]
    public void Lengths_are_those_of_geometry_at_any_size(double size)
    {
        float unit = (float)size;
        Assert.Equal(5 * (double)unit, Euclidean.Norm([3 * unit, -4 * unit]), 1e-6 * unit);
        Assert.Equal(5 * (double)unit, Euclidean.Distance([4 * unit, unit], [unit, 5 * unit]), 1e-6 * unit);
    }

    [Fact]
    public void What_is_no_number_has_no_length()
    {
        Assert.True(double.IsNaN(Euclidean.Norm([1, float.NaN])));
        Assert.Equal(double.PositiveInfinity, Euclidean.Norm([1, float.NegativeInfinity]));
    }
}
