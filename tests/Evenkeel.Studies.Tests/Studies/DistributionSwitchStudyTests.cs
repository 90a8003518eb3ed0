using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class DistributionSwitchStudyTests
{
    private static readonly DistributionSwitchStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 6, MadeUp.Input() with { Shortening = 10 });
        Assert.All(results.Runs, run =>
        {
            (double X, double Value)[] accuracy = [.. run.Series("test accuracy")];
            double[] before = [.. accuracy.Where(point => point.X is > 54 and < 60).Select(point => point.Value)];
            Assert.Equal(before.Average(), run.Last("before"), 1e-12);
            Assert.Equal(run.Last("before") - accuracy.Single(point => point.X == 60).Value, run.Last("drop"), 1e-12);
            double recovered = accuracy.FirstOrDefault(
                point => point.X >= 60 && point.Value >= run.Last("before") - 0.01, (120, 1)).X;
            Assert.Equal(recovered - 60, run.Last("updates to recover"));
        });
        Assert.All(results.Runs.Where(run => run.Conditions["normalization"] != "batch"), run =>
            Assert.Equal(run.Last("updates to recover"), run.Last("with batch statistics")));
    }

    [Theory]
    [InlineData("inverted", 100, 100, 100, nameof(Finding.Holds))]
    [InlineData("inverted", 100, 200, 100, nameof(Finding.NotShown))]
    [InlineData("brightened", 200, 200, 300, nameof(Finding.NotShown))]
    [InlineData("both", 200, 200, 300, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_updates_to_recover_with_both_switches_in_every_seed(
        string change, double first, double second, double third, string finding)
    {
        double[] seeds = [first, second, third];
        StudyResults<MeasuredSettings, MeasuredRun> results = MadeUp.Results([.. Runs("brightened"), .. Runs("inverted")]);
        MeasuredRun[] runs = [.. results.Runs.Select(run =>
            run.Conditions["normalization"] == "batch" && (change == "both" || run.Conditions["switch"] == change)
            ? run with { Points = [new Measurement("updates to recover", 0, seeds[run.Seed])] }
            : run)];
        Assert.Equal(finding, Study.Judge(results with { Runs = runs }).Finding.ToString());
    }

    private static IEnumerable<((string, string)[], (string, double)[])> Runs(string change) =>
        new[] { ("batch", 0.0), ("none", 200), ("layer", 1) }.Select(run => (
            new[] { ("switch", change), ("normalization", run.Item1) }, new[] { ("updates to recover", run.Item2) }));
}
