using Evenkeel.Numerics.Columns;

namespace Evenkeel.Tests.Numerics.Columns;

public class BrentMinimumTests
{
    [Theory]
    [InlineData("square", -3, 8, 1.25, 10)]
    [InlineData("square", -1e6, 1e6, 1.25, 15)]
    [InlineData("fourth power", -3, 8, 1.25, 60)]
    [InlineData("absolute value", -3, 8, 1.25, 60)]
    [InlineData("exponential", -30, 30, 1.6094379124341003, 25)]
    [InlineData("infinite beyond", -3, 8, 1.25, 60)]
    [InlineData("falling", -3, 8, 8, 60)]
    [InlineData("rising", -3, 8, -3, 60)]
    public void The_minimum_is_found_in_few_steps(string function, double low, double high, double expected, int mostSteps)
    {
        Func<double, double> value = function switch
        {
            "square" => x => (x - 1.25) * (x - 1.25),
            "fourth power" => x => Math.Pow(x - 1.25, 4),
            "absolute value" => x => Math.Abs(x - 1.25),
            "exponential" => x => Math.Exp(x) - 5 * x,
            "infinite beyond" => x => x > 2 ? double.NaN : x < 0 ? double.PositiveInfinity : (x - 1.25) * (x - 1.25),
            "falling" => x => -x,
            _ => x => x,
        };
        var search = new BrentMinimum(low, high);
        int steps = 0;
        for (; !search.IsDone && steps < 1000; steps++)
        {
            Assert.InRange(search.Point, low, high);
            search.Tell(value(search.Point));
        }

        Assert.Equal(expected, search.Point, function == "fourth power" ? 1e-3 : 1e-6);
        Assert.InRange(steps, 1, mostSteps);
    }

    [Fact]
    public void A_function_that_is_infinite_everywhere_ends_the_search()
    {
        var search = new BrentMinimum(-1, 1);
        for (int steps = 0; !search.IsDone; steps++)
        {
            Assert.InRange(steps, 0, 200);
            search.Tell(double.PositiveInfinity);
        }
    }
}
