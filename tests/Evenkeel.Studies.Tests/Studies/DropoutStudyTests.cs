using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class DropoutStudyTests
{
    private static readonly DropoutStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 4 * 2);

    [Theory]
    [InlineData(0.1, 0.1, 0.01, nameof(Finding.Holds))]
    [InlineData(0.2, 0.1, 0.01, nameof(Finding.NotShown))]
    [InlineData(0.1, 0.2, 0.01, nameof(Finding.NotShown))]
    [InlineData(0.1, 0.1, 0.02, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.3, 0.01, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.1, 0.03, nameof(Finding.NotShown))]
    [InlineData(0.1, 0.3, 0.03, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, 0.02, nameof(Finding.DoesNotHold))]
    [InlineData(0.3, 0.3, 0.03, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_gap_correlation_and_removal_on_the_fewest_images(
        double gap, double correlation, double change, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            Run("with dropout", "250", gap, correlation, change), Run("without dropout", "250", 0.2, 0.2, 0.02),
            Run("with dropout", "1000", 0.15, 0.15, 0.015), Run("without dropout", "1000", 0.15, 0.15, 0.015),
        ])).Finding.ToString());

    [Theory]
    [InlineData(0.19, nameof(Finding.Holds))]
    [InlineData(0.21, nameof(Finding.NotShown))]
    public void Each_is_smaller_in_every_seed(double last, string finding)
    {
        var results = MadeUp.Results(
            [Run("with dropout", "250", 0.1, 0.1, 0.01), Run("without dropout", "250", 0.2, 0.2, 0.02)]);
        var changed = results with
        {
            Runs =
            [
                .. results.Runs.Select(run => run.Seed == 2 && run.Conditions["network"] == "with dropout"
                    ? run with { Points = [.. run.Points, new Measurement("train minus test", 0, last)] }
                    : run),
            ],
        };
        Assert.Equal(finding, Study.Judge(changed).Finding.ToString());
    }

    private static ((string, string)[], (string, double)[]) Run(
        string network, string images, double gap, double correlation, double change) => (
        [("network", network), ("images", images)],
        [
            ("train minus test", gap), ("mean |correlation|", correlation), ("mean change on removal", change), ("test accuracy", 0.8),
        ]);
}
