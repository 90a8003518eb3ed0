using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class EarlyLayersStudyTests
{
    private static readonly EarlyLayersStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows_and_frozen_layers_do_not_move()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 2 * 5);
        Assert.All(results.Runs, run =>
        {
            int frozen = int.Parse(run.Conditions["frozen layers"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.All(run.Series("movement of the weights"), layer => Assert.Equal(layer.X <= frozen, layer.Value == 0));
            Assert.All(
                run.Series("accuracy lost on reset").Where(layer => layer.X <= frozen), layer => Assert.Equal(0, layer.Value));
        });
    }

    [Theory]
    [InlineData(0.05, 0.895, 0.5, 0.85, nameof(Finding.Holds))]
    [InlineData(0.15, 0.895, 0.5, 0.85, nameof(Finding.NotShown))]
    [InlineData(0.05, 0.885, 0.5, 0.85, nameof(Finding.NotShown))]
    [InlineData(0.05, 0.895, 0.04, 0.85, nameof(Finding.NotShown))]
    [InlineData(0.05, 0.895, 0.5, 0.9, nameof(Finding.NotShown))]
    [InlineData(1.1, 0.84, 0.5, 0.85, nameof(Finding.DoesNotHold))]
    [InlineData(0.9, 0.84, 0.5, 0.85, nameof(Finding.NotShown))]
    [InlineData(1.1, 0.86, 0.5, 0.85, nameof(Finding.NotShown))]
    public void It_is_decided_by_the_first_layers_movement_and_by_what_freezing_half_the_layers_costs(
        double ratio, double frozen, double ratioWith, double frozenWith, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            Run("none", "0", 0.9, ratio), Run("none", "2", frozen, 0), Run("none", "4", 0.1, 0),
            Run("batch", "0", 0.9, ratioWith), Run("batch", "2", frozenWith, 0), Run("batch", "4", 0.1, 0),
        ])).Finding.ToString());

    private static ((string, string)[], (string, double)[]) Run(string normalization, string frozen, double accuracy, double ratio) => (
        [("normalization", normalization), ("frozen layers", frozen)],
        [("test accuracy", accuracy), ("first layer's movement", 2 * ratio), ("last hidden layer's movement", 2)]);
}
