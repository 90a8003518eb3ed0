using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class NearlyLinearTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void At_its_bounds_a_function_deviates_from_its_tangent_by_a_tenth_of_the_rise(int sign)
    {
        double z = sign * NearlyLinear.Sigmoid, rise = z / 4;
        Assert.Equal(NearlyLinear.Deviation, 1 - (1 / (1 + Math.Exp(-z)) - 0.5) / rise, 1e-7);
        Assert.Equal(NearlyLinear.Deviation, 1 - Math.Tanh(sign * NearlyLinear.Tanh) / (sign * NearlyLinear.Tanh), 1e-7);
    }

    [Fact]
    public void The_fraction_counts_inputs_of_either_sign() =>
        Assert.Equal(0.6, NearlyLinear.Fraction([0, 0.9f, -0.9f, 1.1f, -1.1f], 1));
}
