using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class RankCorrelationTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 10, 20, 25, 1000 }, 1)]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 4, 3, 2, 1 }, -1)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 2, 1, 4, 3, 5 }, 0.8)]
    [InlineData(new double[] { 1, 1, 2, 3 }, new double[] { 1, 2, 2, 3 }, 0.8333333333333334)]
    public void It_is_that_of_the_ranks(double[] first, double[] second, double correlation) =>
        Assert.Equal(correlation, RankCorrelation.Of(first, second), 1e-12);

    [Fact]
    public void Equal_numbers_have_none() => Assert.Equal(double.NaN, RankCorrelation.Of([1, 1], [1, 2]));
}
