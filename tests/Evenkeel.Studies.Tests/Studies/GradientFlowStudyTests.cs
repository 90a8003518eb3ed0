using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class GradientFlowStudyTests
{
    private static readonly GradientFlowStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows_and_a_norm_for_each_layer()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 2 * 3 * 3 * 3);
        Assert.All(results.Runs, run => Assert.Equal(
            int.Parse(run.Conditions["hidden layers"], System.Globalization.CultureInfo.InvariantCulture),
                run.Series("gradient norm (log10)").Count()));
    }

    [Theory]
    [InlineData(0, 2, 0, nameof(Finding.Holds))]
    [InlineData(0, 1, 0, nameof(Finding.NotShown))]
    [InlineData(1, 2, 1, nameof(Finding.NotShown))]
    [InlineData(1, 2, 0, nameof(Finding.DoesNotHold))]
    [InlineData(0, 0, 0, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_many_kinds_of_networks_are_ill(
        int with, int withoutUnsuited, int withoutRecommended, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            .. Kinds("batch", with, 0),
            .. Kinds("none", withoutUnsuited, withoutRecommended),
        ])).Finding.ToString());

    [Theory]
    [InlineData(3, -3, true)]
    [InlineData(3.1, 0, false)]
    [InlineData(-3.1, 0, false)]
    [InlineData(0, 3.1, false)]
    [InlineData(0, -3.1, false)]
    [InlineData(double.NaN, 0, false)]
    [InlineData(0, double.NaN, false)]
    public void A_network_is_sound_where_the_first_norm_is_within_three_powers_of_ten_by_itself_and_of_the_last(
        double first, double ratio, bool sound) =>
        Assert.Equal(
            sound ? Finding.Holds : Finding.NotShown,
            Study.Judge(MadeUp.Results([Kind("batch", "ReLU, large", first, ratio), .. Kinds("none", 2, 1)])).Finding);

    /// <summary>Two kinds with unsuited weights and one with those recommended, of which so many are ill.</summary>
    private static IEnumerable<((string, string)[], (string, double)[])> Kinds(string normalization, int unsuited, int recommended) =>
    [
        Kind(normalization, "tanh, small", unsuited > 0 ? -10 : 0, 0),
        Kind(normalization, "tanh, large", unsuited > 1 ? 10 : 0, 0),
        Kind(normalization, "tanh, recommended", recommended > 0 ? 10 : 0, 0),
    ];

    private static ((string, string)[], (string, double)[]) Kind(string normalization, string setting, double first, double ratio) => (
        [("normalization", normalization), ("units and weights", setting), ("hidden layers", "40")],
        [("first layer's norm (log10)", first), ("first to last (log10)", ratio)]);
}
