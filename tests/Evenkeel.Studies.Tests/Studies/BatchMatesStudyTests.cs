using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class BatchMatesStudyTests
{
    private static readonly BatchMatesStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows_and_no_two_kinds_of_statistics_give_the_same_network()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 4, MadeUp.Input() with { Shortening = 20 });
        Assert.Equal(4, results.Runs.Select(run => run.Last("final test loss")).Distinct().Count());
        Assert.All(results.Runs, run =>
            Assert.Equal(run.Last("train accuracy") - run.Last("test accuracy"), run.Last("train minus test"), 1e-12));
    }

    [Theory]
    [InlineData(0.1, 0.5, nameof(Finding.Holds))]
    [InlineData(0.25, 0.5, nameof(Finding.NotShown))]
    [InlineData(0.1, 0.75, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.5, nameof(Finding.NotShown))]
    [InlineData(0.25, 0.75, nameof(Finding.DoesNotHold))]
    [InlineData(0.3, 0.8, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_gap_and_loss_against_fixed_batches_and_against_all_images(double gap, double loss, string finding)
    {
        Assert.Equal(finding, Judge(gap, loss, ("fixed", 0.2, 0.7), ("all images", 0.3, 0.8)));
        Assert.Equal(finding, Judge(gap, loss, ("fixed", 0.3, 0.8), ("all images", 0.2, 0.7)));
    }

    [Fact]
    public void A_single_seed_that_disagrees_leaves_it_open()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results =
            MadeUp.Results([Run("reshuffled", 0.1, 0.5), Run("fixed", 0.2, 0.7), Run("all images", 0.3, 0.8)]);
        Assert.Equal(Finding.Holds, Study.Judge(results).Finding);
        MeasuredRun[] runs = [.. results.Runs.Select(run => run.Seed == 2 && run.Conditions["statistics"] == "all images"
            ? run with { Points = [new Measurement("train minus test", 0, 0.05), new Measurement("final test loss", 0, 0.8)] }
            : run)];
        Assert.Equal(Finding.NotShown, Study.Judge(results with { Runs = runs }).Finding);
    }

    private static string Judge(double gap, double loss, params (string Statistics, double Gap, double Loss)[] others) =>
        Study.Judge(MadeUp.Results(
        [
            Run("reshuffled", gap, loss),
            .. others.Select(other => Run(other.Statistics, other.Gap, other.Loss)),
            Run("all + noise", 0.9, 9),
        ])).Finding.ToString();

    private static ((string, string)[], (string, double)[]) Run(string statistics, double gap, double loss) => (
        [("statistics", statistics)], [("train minus test", gap), ("final test loss", loss)]);
}
