using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Tests.Results;

public class MeasurementsTests
{
    [Theory]
    [InlineData(1, 3, 2, 4, true)]
    [InlineData(1, 3, 2.5, 5.5, false)]
    [InlineData(1, 5, 2, 4, false)]
    [InlineData(1, 3, 2, double.NaN, false)]
    public void A_quantity_is_below_in_every_seed_if_the_mean_of_each_seed_is(
        double first, double second, double third, double fourth, bool below)
    {
        var own = new Measurements([Run(0, first), Run(1, third), Run(0, second), Run(1, fourth)]);
        Assert.Equal(below, own.IsBelowInEverySeed(new Measurements([Run(1, 4), Run(0, 2.5)]), "size"));
    }

    private static MeasuredRun Run(int seed, double size) =>
        new(new Dictionary<string, string>(), seed, [new Measurement("size", 0, double.IsNaN(size) ? null : size)]);
}
