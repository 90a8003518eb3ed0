using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class RegularizationStudyTests
{
    private static readonly RegularizationStudy Study = new();

    [Theory]
    [InlineData(0.9, 0.89, 0.1, 0.12, nameof(Finding.Holds))]
    [InlineData(0.9, 0.9, 0.1, 0.12, nameof(Finding.Holds))]
    [InlineData(0.88, 0.89, 0.1, 0.12, nameof(Finding.NotShown))]
    [InlineData(0.9, 0.89, 0.12, 0.12, nameof(Finding.NotShown))]
    [InlineData(0.88, 0.89, 0.12, 0.12, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_accuracy_beside_dropouts_and_the_gap_beside_nones(
        double batch, double dropout, double gap, double gapWithout, string finding)
    {
        ((string, string)[], (string, double)[])[] runs =
        [
            Run("batch", "0", batch, gap),
            Run("none", "0", 0.85, gapWithout),
            Run("batch", "0.5", 0.5, 0.5),
            Run("none", "0.5", dropout, 0.01),
        ];
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());

        static ((string, string)[], (string, double)[]) Run(string normalization, string probability, double accuracy, double gap) =>
            ([("normalization", normalization), ("dropout", probability)], [("final test accuracy", accuracy), ("train minus test", gap)]);
    }

    [Fact]
    public void What_dropout_makes_larger_in_training_alone_is_smaller_in_inference()
    {
        StudyInput input = MadeUp.Input() with { Shortening = 20 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(8, results.Runs.Count);
        Assert.InRange(Ratio("batch", "0", layer: 1), 0.9, 1.1);
        Assert.InRange(Ratio("batch", "0.5", layer: 1), 0.9, 1.1); // dropout stands behind it
        Assert.InRange(Ratio("batch", "0.5", layer: 2), 0.4, 0.9);
        Assert.InRange(Ratio("directly behind dropout", "0.5", layer: 1), 0.1, 0.6);

        double Ratio(string normalization, string probability, int layer) => results.Runs
            .Single(run => run.Conditions["normalization"] == normalization && run.Conditions["dropout"] == probability)
            .Series("real over running variance").Single(point => point.X == layer).Value;
    }
}
