using Evenkeel.Normalization;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class StatisticsErrorTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(2)]
    public void Errors_are_in_true_deviations_and_alike_for_a_variance_too_large_and_too_small(double variance)
    {
        var drift = new ChannelDrift(MeanBefore: 1, VarianceBefore: 4, MeanAfter: -2, variance);
        Assert.Equal(1.5, StatisticsError.OfMean(drift));
        Assert.Equal(1, StatisticsError.OfVariance(drift));
    }

    [Fact]
    public void A_reversed_drift_begins_where_the_other_ends() =>
        Assert.Equal(new ChannelDrift(3, 4, 1, 2), StatisticsError.Reversed(new ChannelDrift(1, 2, 3, 4)));
}
