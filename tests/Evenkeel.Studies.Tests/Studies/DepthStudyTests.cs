using System.Globalization;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class DepthStudyTests
{
    private static readonly DepthStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 2 * 4 * 2);

    /// <summary>The depth up to which each network trains; 0 where none does.</summary>
    [Theory]
    [InlineData(20, 10, 40, 20, nameof(Finding.Holds))]
    [InlineData(6, 0, 40, 6, nameof(Finding.Holds))]
    [InlineData(10, 10, 40, 10, nameof(Finding.NotShown))]
    [InlineData(6, 10, 40, 10, nameof(Finding.NotShown))]
    [InlineData(20, 10, 40, 40, nameof(Finding.NotShown))]
    [InlineData(20, 10, 10, 40, nameof(Finding.NotShown))]
    [InlineData(10, 10, 40, 40, nameof(Finding.DoesNotHold))]
    [InlineData(6, 10, 10, 20, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_deepest_plain_and_the_deepest_residual_network_that_train(
        int plain, int plainWithout, int residual, int residualWithout, string finding) =>
        Assert.Equal(finding, Decided(
        [
            .. Runs("plain", "batch", plain),
            .. Runs("plain", "none", plainWithout),
            .. Runs("residual", "batch", residual),
            .. Runs("residual", "none", residualWithout),
        ]));

    [Theory]
    [InlineData(0.851, nameof(Finding.Holds))]
    [InlineData(0.849, nameof(Finding.NotShown))]
    public void A_network_trains_within_five_points_of_the_best(double accuracy, string finding) =>
        Assert.Equal(finding, Decided(
        [
            Run("plain", 6, "batch", accuracy),
            Run("plain", 6, "none", 0.5),
            Run("residual", 6, "batch", 0.9),
            Run("residual", 6, "none", 0.5),
        ]));

    private static string Decided(IEnumerable<((string, string)[], (string, double)[])> runs) =>
        Study.Judge(MadeUp.Results(runs)).Finding.ToString();

    private static IEnumerable<((string, string)[], (string, double)[])> Runs(string structure, string normalization, int deepest) =>
        new[] { 6, 10, 20, 40 }.Select(depth => Run(structure, depth, normalization, depth <= deepest ? 0.9 : 0.1));

    private static ((string, string)[], (string, double)[]) Run(string structure, int depth, string normalization, double accuracy) => (
        [("network", structure), ("layers", depth.ToString(CultureInfo.InvariantCulture)), ("normalization", normalization)],
        [("test accuracy", accuracy)]);
}
