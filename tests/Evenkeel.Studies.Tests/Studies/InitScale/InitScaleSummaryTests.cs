using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Studies.InitScale;

public class InitScaleSummaryTests
{
    [Fact]
    public void Scales_are_judged_by_the_mean_over_the_seeds()
    {
        var summary = Summary(
            Run(1, InitScaleRun.Batch, 0, 0.4), Run(1, InitScaleRun.Batch, 1, 0.9),
            Run(1, InitScaleRun.None, 0, 0.1), Run(1, InitScaleRun.None, 1, 0.8),
            Run(0.1, InitScaleRun.Batch, 0, 0.59),
            Run(0.1, InitScaleRun.None, 0, 0.5));

        Assert.Equal(1, summary.LearnedWithBatch);
        Assert.Equal(1, summary.LearnedWithNone);
        Assert.Equal(new FinalAccuracy(0.65, 0.4, 0.9, 2), summary.Rows[0].Batch);
        Assert.Equal((1, 0.1), (summary.BestWithBatch!.Scale, summary.BestWithNone!.Scale));
    }

    [Fact]
    public void Missing_runs_are_missing_and_not_failures()
    {
        var summary = Summary(Run(0.1, InitScaleRun.None, 0, 0.3));
        Assert.Equal(2, summary.Rows.Count);
        Assert.Null(summary.Rows[0].None);
        Assert.Null(summary.BestWithBatch);
        Assert.Equal((0, 1), (summary.TriedWithBatch, summary.TriedWithNone));
        Assert.Equal(0.3, summary.BestWithNone!.None!.Mean);
    }

    [Fact]
    public void An_unknown_normalization_is_refused()
    {
        var error = Assert.Throws<ArgumentException>("Normalization", () => Run(1, "layer", 0, 0.5));
        Assert.Contains("\"layer\"", error.Message, StringComparison.Ordinal);
    }

    private static InitScaleSummary Summary(params InitScaleRun[] runs) =>
        new(new InitScaleResults(SyntheticResults.Settings() with { Scales = [1, 0.1] }, "", 1, true, runs));

    private static InitScaleRun Run(double scale, string normalization, int seed, double final) =>
        new(scale, normalization, seed, [new AccuracyPoint(0, 0.99), new AccuracyPoint(10, final)], [], []);
}
