using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class AffineStudyTests
{
    private static readonly AffineStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 9);
        MeasuredRun normalized = results.Runs.Single(run =>
            run.Conditions["activation"] == "sigmoid" && run.Conditions["normalization"] == "without γ and β");
        Assert.InRange(normalized.Last("nearly linear"), 0.5, 0.99); // 76 % of a Gaussian; running statistics still contain their start
        Assert.Equal(3, normalized.Series("nearly linear, by layer").Count());
        Assert.InRange(0.25 * normalized.Series("density").Sum(point => point.Value), 0.9, 1);
    }

    [Theory]
    [InlineData(0.7, 0.4, 0.1, 0.95, nameof(Finding.Holds))]
    [InlineData(0.5, 0.4, 0.1, 0.95, nameof(Finding.NotShown))]
    [InlineData(0.7, 0.7, 0.1, 0.95, nameof(Finding.DoesNotHold))]
    [InlineData(0.7, 0.4, 0.2, 0.95, nameof(Finding.NotShown))]
    [InlineData(0.7, 0.4, 0.1, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.7, 0.4, 0.2, 0.9, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_where_the_inputs_of_sigmoids_lie_and_by_how_well_the_network_fits(
        double linearWithout, double linearWith, double loss, double accuracy, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(Runs(linearWithout, linearWith, loss, accuracy))).Finding.ToString());

    [Theory]
    [InlineData("without γ and β", 0.45)]
    [InlineData("with γ and β", 0.75)]
    public void A_single_seed_that_disagrees_leaves_it_open(string normalization, double linear)
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = MadeUp.Results(Runs(0.7, 0.4, 0.1, 0.95));
        MeasuredRun[] runs = [.. results.Runs.Select(run =>
            run.Seed == 1 && run.Conditions["activation"] == "sigmoid" && run.Conditions["normalization"] == normalization
                ? run with
                {
                    Points = [.. run.Points.Select(point => point.Quantity == "nearly linear" ? point with { Value = linear } : point)],
                }
                : run)];
        Assert.Equal(Finding.NotShown, Study.Judge(results with { Runs = runs }).Finding);
    }

    private static ((string, string)[], (string, double)[])[] Runs(
        double linearWithout, double linearWith, double loss, double accuracy) =>
    [
        Run("sigmoid", "with γ and β", linearWith, loss, accuracy),
        Run("sigmoid", "without γ and β", linearWithout, 0.2, 0.9),
        Run("tanh", "with γ and β", 0.9, 9, 0.1),
        Run("tanh", "without γ and β", 0.1, 0, 1),
        Run("ReLU", "with γ and β", double.NaN, 9, 0.1),
        Run("ReLU", "without γ and β", double.NaN, 0, 1),
    ];

    private static ((string, string)[], (string, double)[]) Run(
        string activation, string normalization, double linear, double loss, double accuracy) => (
        [("activation", activation), ("normalization", normalization)],
        [("nearly linear", linear), ("train loss", loss), ("test accuracy", accuracy)]);
}
