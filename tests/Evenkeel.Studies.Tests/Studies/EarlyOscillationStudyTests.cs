using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class EarlyOscillationStudyTests
{
    private static readonly EarlyOscillationStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 8 * 2);

    [Theory]
    [InlineData(0.1, 0.1, nameof(Finding.Holds))]
    [InlineData(0.1, 0.3, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.1, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.3, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_often_and_how_far_the_loss_rises(double fraction, double size, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
            [Run("batch", "0.1", fraction, size), Run("none", "0.1", 0.2, 0.2)])).Finding.ToString());

    [Theory]
    [InlineData(1.1, nameof(Finding.Holds))]
    [InlineData(0.9, nameof(Finding.DoesNotHold))]
    public void Only_rates_count_at_which_both_networks_halve_their_loss(double loss, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            Run("batch", "0.1", 0.1, 0.1), Run("none", "0.1", 0.2, 0.2),
            Run("batch", "1", 0.5, 0.5), Run("none", "1", 0, 0, loss),
        ])).Finding.ToString());

    [Theory]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Where_networks_train_together_at_no_rate_nothing_is_shown(double loss) =>
        Assert.Equal(
            Finding.NotShown,
            Study.Judge(MadeUp.Results([Run("batch", "1", 0.1, 0.1), Run("none", "1", double.NaN, double.NaN, loss)])).Finding);

    [Fact]
    public void The_own_best_rate_is_that_of_the_lowest_loss_at_the_end() =>
        Assert.Contains(
            "At its own best rate, 1, it is 30 % and 40.0 % with batch normalization and 0.1, it is 20 % and 20.0 % without.",
            Study.Judge(MadeUp.Results(
            [
                Run("batch", "0.1", 0.1, 0.1, 0.4), Run("none", "0.1", 0.2, 0.2, 0.4),
                Run("batch", "1", 0.3, 0.4, 0.3), Run("none", "1", 0.1, 0.1, 0.5),
            ])).Reason,
            StringComparison.Ordinal);

    private static ((string, string)[], (string, double)[]) Run(
        string normalization, string rate, double fraction, double size, double loss = 0.5) => (
        [("normalization", normalization), ("learning rate", rate)],
        [
            ("fraction of updates that raise the loss", fraction), ("sum of rises over sum of falls", size),
            ("loss before the first update", 2), ("loss of the last updates", loss),
        ]);
}
