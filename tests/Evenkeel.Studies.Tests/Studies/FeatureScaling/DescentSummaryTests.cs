using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class DescentSummaryTests
{
    private static readonly FeatureScalingStudy Study = new();

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
        Study.Judge(Results(
            Run("raw", 0, 500), Run("standard", 0, 1),
            Run("raw", 1, raw), Run("standard", 1, standard),
            Run("raw", 2, 500), Run("standard", 2, 1))).Finding.ToString());

    [Fact]
    public void One_table_on_which_the_claim_fails_is_enough_to_refute_it() => Assert.Equal(
        Finding.DoesNotHold,
        Study.Judge(Results(
            Run("raw", 0, 500), Run("standard", 0, 1), Run("raw", 0, 5, "wine"), Run("standard", 0, 5, "wine"))).Finding);

    [Fact]
    public void Without_runs_there_are_no_rows() => Assert.Empty(new DescentSummary([]).Rows);

    [Fact]
    public void A_row_has_the_median_seed_and_the_range()
    {
        MeasuredResults results = Results(Run("raw", 0, null), Run("standard", 0, 30), Run("standard", 1, 10), Run("standard", 2, 20));
        Assert.Equal(20, new DescentSummary(results.Runs).Median("synthetic", "standard")!.Steps);
        StudyTable table = Study.Table(results);
        Assert.Equal("20 (10–30)", table.Rows[1][^1].Text);
        Assert.Equal("5 million", table.Rows[0][^1].Text);
        Assert.Equal("Synthetic: 20 steps on standardized features, more than 1,000 on raw ones.", Study.Judge(results).Reason);
    }

    private static MeasuredResults Results(params MeasuredRun[] runs) => MadeUp.Results([]) with { Runs = runs };

    private static MeasuredRun Run(string scaling, int seed, int? steps, string table = "synthetic")
    {
        var recorder = new Recorder();
        recorder.Add(DescentResult.ExcessQuantity, 0.01, steps ?? 1000);
        recorder.Add(DescentResult.ConditionNumberQuantity, 100);
        recorder.Add(DescentResult.LeastLossQuantity, 1);
        recorder.Add(DescentResult.StepsQuantity, steps ?? double.NaN);
        recorder.Add(DescentResult.ComputedStepsQuantity, steps ?? 5_000_000, x: 0.1);
        recorder.Add(DescentResult.CurvatureQuantity, 1, x: 0);
        recorder.Add(DescentResult.DirectionQuantity, 5, x: 0);
        return new MeasuredRun(new Dictionary<string, string> { ["table"] = table, ["scaling"] = scaling }, seed, recorder.Points);
    }
}
