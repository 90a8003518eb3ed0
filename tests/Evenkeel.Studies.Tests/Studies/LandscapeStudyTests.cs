using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class LandscapeStudyTests
{
    private static readonly LandscapeStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 2);

    [Theory]
    [InlineData(0.1, 1, 10, nameof(Finding.Holds))]
    [InlineData(0.3, 1, 10, nameof(Finding.NotShown))]
    [InlineData(0.1, 4, 10, nameof(Finding.NotShown))]
    [InlineData(0.1, 1, 20, nameof(Finding.NotShown))]
    [InlineData(0.3, 4, 20, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_all_three_measures(double loss, double gradient, double smoothness, string finding) =>
        Assert.Equal(finding,
            Study.Judge(MadeUp.Results([Run("batch", loss, gradient, smoothness), Run("none", 0.2, 3, 15)])).Finding.ToString());

    private static ((string, string)[], (string, double)[]) Run(string normalization, double loss, double gradient, double smoothness) => (
        [("normalization", normalization)],
        [("range of the loss, mean", loss), ("range of the gradient's change, mean", gradient),
            ("effective β-smoothness, mean", smoothness)]);
}
