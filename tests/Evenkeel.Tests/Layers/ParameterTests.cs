using Evenkeel.Layers;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class ParameterTests
{
    [Fact]
    public void Begins_with_zeros_and_its_gradient_can_be_cleared()
    {
        var parameter = new Parameter("weight", 2, 3);
        Assert.Equal(("weight", 6), (parameter.Name, parameter.Length));
        Assert.Equal([2, 3], parameter.Value.Lengths);
        Assert.Equal([2, 3], parameter.Gradient.Lengths);
        Assert.All(parameter.Value, value => Assert.Equal(0, value));

        parameter.Value.Fill(1);
        parameter.Gradient.Fill(2);
        parameter.ZeroGradient();

        Assert.All(parameter.Value, value => Assert.Equal(1, value));
        Assert.All(parameter.Gradient, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Refuses_an_empty_name_and_a_negative_length()
    {
        AssertRefused<ArgumentException>(() => new Parameter(" ", 3), "name");
        AssertRefused<ArgumentNullException>(() => new Parameter(null!, 3), "name");
        Assert.Throws<ArgumentOutOfRangeException>(() => new Parameter("weight", -3));
    }
}
