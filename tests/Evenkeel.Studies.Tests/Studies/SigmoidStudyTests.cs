using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class SigmoidStudyTests
{
    private static readonly SigmoidStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 2);

    [Theory]
    [InlineData(0.8, 0.9, 0.95, 0.2, nameof(Finding.Holds))]
    [InlineData(0.4, 0.9, 0.95, 0.2, nameof(Finding.NotShown))]
    [InlineData(0.8, 0.7, 0.95, 0.2, nameof(Finding.NotShown))]
    [InlineData(0.8, 0.9, 0.8, 0.2, nameof(Finding.NotShown))]
    [InlineData(0.8, 0.9, 0.95, 0.5, nameof(Finding.NotShown))]
    [InlineData(0.8, 0.9, 0.9, 0.5, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_accuracy_at_three_marks_and_by_how_far_the_median_moves(
        double early, double middle, double final, double movement, string finding) =>
        Assert.Equal(finding, Study.Judge(
            MadeUp.Results([Run("batch", early, middle, final, movement), Run("none", 0.5, 0.8, 0.9, 0.4)])).Finding.ToString());

    private static ((string, string)[], (string, double)[]) Run(
        string normalization, double early, double middle, double final, double movement) => (
        [("normalization", normalization)],
        [("accuracy after a tenth", early), ("after half", middle), ("at the end", final), ("movement of the median", movement)]);
}
