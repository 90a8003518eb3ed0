using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class FeatureScalingSummaryTests
{
    [Theory]
    [InlineData(10, 100, nameof(Finding.Holds))]
    [InlineData(11, 100, nameof(Finding.NotShown))]
    [InlineData(99, 100, nameof(Finding.NotShown))]
    [InlineData(100, 100, nameof(Finding.DoesNotHold))]
    [InlineData(null, 100, nameof(Finding.DoesNotHold))]
    [InlineData(100, null, nameof(Finding.Holds))]
    [InlineData(101, null, nameof(Finding.NotShown))]
    [InlineData(null, null, nameof(Finding.NotShown))]
    public void The_verdict_compares_the_steps_of_each_seed(int? standard, int? raw, string finding) => Assert.Equal(
        finding,
        Summary(
            Run("raw", 0, 500), Run("standard", 0, 1),
            Run("raw", 1, raw), Run("standard", 1, standard),
            Run("raw", 2, 500), Run("standard", 2, 1)).Verdict.Finding.ToString());

    [Fact]
    public void One_table_on_which_the_claim_fails_is_enough_to_refute_it() => Assert.Equal(
        Finding.DoesNotHold,
        Summary(
            Run("raw", 0, 500), Run("standard", 0, 1),
            Run("raw", 0, 5) with { Table = "wine" }, Run("standard", 0, 5) with { Table = "wine" }).Verdict.Finding);

    [Fact]
    public void Without_runs_nothing_is_shown()
    {
        FeatureScalingSummary summary = Summary();
        Assert.Equal(new Verdict(Finding.NotShown, ""), summary.Verdict);
        Assert.Empty(summary.Rows);
        Assert.Empty(summary.Table.Rows);
    }

    [Fact]
    public void A_row_tells_of_the_seed_in_the_middle_and_the_range()
    {
        FeatureScalingSummary summary = Summary(Run("raw", 0, null), Run("standard", 0, 30), Run("standard", 1, 10), Run("standard", 2, 20));
        Assert.Equal(20, summary.Row("synthetic", "standard")!.Steps);
        Assert.Equal("20 (10–30)", summary.Table.Rows[1][^1].Text);
        Assert.Equal("5 million", summary.Table.Rows[0][^1].Text);
        Assert.Equal("Synthetic: 20 steps on standardized features, more than 1,000 on raw ones.", summary.Verdict.Reason);
    }

    private static FeatureScalingSummary Summary(params FeatureScalingRun[] runs) => new(new FeatureScalingResults(
        new FeatureScalingSettings(["synthetic", "wine"], ["raw", "standard"], 3, 0.01, 1000, "", 1), "", 1, true, runs));

    private static FeatureScalingRun Run(string scaling, int seed, int? steps) =>
        new("synthetic", scaling, seed, 100, 0.1, 1, steps, steps ?? 5_000_000, [new(1, 5)], [new(0, 6)], null);
}
