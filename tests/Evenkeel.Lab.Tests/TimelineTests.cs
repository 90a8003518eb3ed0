using Evenkeel.Lab.Time;

namespace Evenkeel.Lab.Tests;

public class TimelineTests
{
    [Fact]
    public void Running_statistics_are_the_average_of_the_batches_by_the_weight()
    {
        var line = Timeline.Of(new TimelineRequest(0.1, IsSample: true, 8, 40, "train", 0));
        double mean = 0, variance = 1;
        for (int step = 0; step < line.BatchMean.Length; step++)
        {
            mean = 0.9 * mean + 0.1 * line.BatchMean[step];
            variance = 0.9 * variance + 0.1 * line.BatchVariance[step];
            Assert.Equal(mean, line.RunningMean[step], 1e-12);
            Assert.Equal(variance, line.RunningVariance[step], 1e-12);
            Assert.Equal((5 - mean) / Math.Sqrt(variance + 1e-5), line.InferenceOutput[step], 1e-5);
        }
    }

    [Fact]
    public void The_variances_differ_by_Bessels_factor()
    {
        var sample = Timeline.Of(new TimelineRequest(0.1, IsSample: true, 4, 20, "train", 3));
        var population = Timeline.Of(new TimelineRequest(0.1, IsSample: false, 4, 20, "train", 3));

        Assert.All(sample.BatchVariance.Zip(population.BatchVariance), pair => Assert.Equal(pair.First, pair.Second * 4 / 3, 1e-12));
    }

    [Fact]
    public void Frozen_statistics_stay_and_recalibration_repairs_them()
    {
        var frozen = Timeline.Of(new TimelineRequest(0.1, IsSample: true, 64, 200, "freeze", 0));
        var repaired = Timeline.Of(new TimelineRequest(0.1, IsSample: true, 64, 200, "recalibrate", 0));

        Assert.Equal(100, frozen.Change);
        Assert.All(frozen.RunningMean[100..], mean => Assert.Equal(frozen.RunningMean[99], mean));
        Assert.True(Math.Abs(frozen.InferenceOutput[^1] - frozen.TrueOutput[^1]) > 1);
        Assert.Equal(repaired.TrueOutput[^1], repaired.InferenceOutput[^1], 0.3);
    }

    [Fact]
    public void The_cumulative_average_is_the_mean_of_all_batches()
    {
        var line = Timeline.Of(new TimelineRequest(0, IsSample: true, 8, 20, "train", 1));

        Assert.Equal(line.BatchMean.Average(), line.RunningMean[^1], 1e-12);
    }
}
