using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization.Statistics;

public class RunningStatisticsTests
{
    private static readonly Moments Two = new(Count: 2, Mean: 5, SumOfSquaredDeviations: 8);

    [Theory]
    [InlineData(VarianceEstimator.Sample, 8)]
    [InlineData(VarianceEstimator.Population, 4)]
    public void The_first_batch_of_a_cumulative_average_is_all_there_is(VarianceEstimator estimator, double variance)
    {
        RunningStatistics running = Make(RunningAverage.Cumulative, estimator);
        running.Update([Two]);
        Assert.Equal((5, variance, 1), (running.Mean[0], running.Variance[0], running.BatchesTracked));
    }

    [Fact]
    public void A_cumulative_average_is_the_mean_over_batches()
    {
        RunningStatistics running = Make(RunningAverage.Cumulative);
        running.Update([Two]);
        running.Update([new Moments(3, 8, 2)]);
        running.Update([new Moments(2, -1, 0)]);
        Assert.Equal(4, running.Mean[0], 1e-14);
        Assert.Equal(3, running.Variance[0], 1e-14);
    }

    [Fact]
    public void An_exponential_average_forgets_by_the_weight_of_the_new_batch()
    {
        RunningStatistics running = Make(RunningAverage.Exponential(0.25));
        running.Update([Two]);
        Assert.Equal((1.25, 2.75), (running.Mean[0], running.Variance[0]));
        running.Update([Two]);
        Assert.Equal((2.1875, 4.0625), (running.Mean[0], running.Variance[0]));
    }

    [Fact]
    public void Reset_goes_back_to_the_start()
    {
        RunningStatistics running = Make(RunningAverage.Cumulative);
        running.Update([Two]);
        running.Update([Two with { Mean = double.NaN }]);
        Assert.Equal((1, 1), (running.BatchesTracked, running.BatchesSkipped));

        running.Reset();

        Assert.Equal((0, 1, 0, 0), (running.Mean[0], running.Variance[0], running.BatchesTracked, running.BatchesSkipped));
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_batch_that_is_not_finite_in_one_channel_is_left_out_in_all(double mean, double squares)
    {
        Moments[] batch = [Two, new Moments(2, mean, squares), Two];
        RunningStatistics skipping = Make(RunningAverage.Cumulative, channels: 3);
        skipping.Update(batch);
        AssertUntouched(skipping);

        RunningStatistics throwing = Make(RunningAverage.Cumulative, policy: NonFinitePolicy.Throw, channels: 3);
        var thrown = Assert.Throws<ArithmeticException>(() => throwing.Update(batch));
        Assert.Contains("NaN or infinity in channel 1", thrown.Message, StringComparison.Ordinal);
        AssertUntouched(throwing);

        static void AssertUntouched(RunningStatistics running)
        {
            Assert.All(running.Mean, value => Assert.Equal(0, value));
            Assert.All(running.Variance, value => Assert.Equal(1, value));
            Assert.Equal((0, 1), (running.BatchesTracked, running.BatchesSkipped));
        }
    }

    [Theory]
    [InlineData(VarianceEstimator.Sample, 1)]
    [InlineData(VarianceEstimator.Sample, double.NaN)]
    [InlineData(VarianceEstimator.Population, 0)]
    [InlineData(VarianceEstimator.Population, double.NaN)]
    public void Refuses_too_few_values_for_a_variance(VarianceEstimator estimator, double count)
    {
        RunningStatistics running = Make(RunningAverage.Cumulative, estimator);
        AssertRefused<ArgumentException>(
            () => running.Update([new Moments(count, 0, 0)]), "batch", "Channel 0", "too few for a variance");
        Assert.Equal((0, 0), (running.BatchesTracked, running.BatchesSkipped));
    }

    [Fact]
    public void Refuses_another_number_of_channels() =>
        AssertRefused<ArgumentException>(() => Make(RunningAverage.Cumulative).Update([Two, Two]), "batch", "2", "1");

    [Fact]
    public void Refuses_a_negative_count_of_batches() =>
        AssertRefused<ArgumentOutOfRangeException>(() => Make(RunningAverage.Cumulative).BatchesTracked = -1, "value", "-1");

    [Fact]
    public void Averages_say_what_they_are()
    {
        Assert.Equal("cumulative", RunningAverage.Cumulative.ToString());
        Assert.Equal("exponential, new weight 0.1", RunningAverage.Exponential(0.1).ToString());
        Assert.Equal(0.25, RunningAverage.Cumulative.WeightOfNext(3));
        Assert.Equal(0.1, RunningAverage.Exponential(0.1).WeightOfNext(3));
    }

    private static RunningStatistics Make(
        RunningAverage average,
        VarianceEstimator estimator = VarianceEstimator.Sample,
        NonFinitePolicy policy = NonFinitePolicy.Skip,
        int channels = 1) => new(channels, average, estimator, policy);
}
