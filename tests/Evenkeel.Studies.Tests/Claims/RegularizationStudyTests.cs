namespace Evenkeel.Studies.Tests.Claims;

public class RegularizationStudyTests
{
    private static readonly RegularizationStudy Study = new();

    [Theory]
    [InlineData(0.9, 0.89, 0.1, 0.12, Finding.Holds)]
    [InlineData(0.9, 0.9, 0.1, 0.12, Finding.Holds)]
    [InlineData(0.88, 0.89, 0.1, 0.12, Finding.NotShown)]
    [InlineData(0.9, 0.89, 0.12, 0.12, Finding.NotShown)]
    [InlineData(0.88, 0.89, 0.12, 0.12, Finding.DoesNotHold)]
    public void It_is_decided_by_the_accuracy_beside_dropouts_and_the_gap_beside_nones(
        double batch, double dropout, double gap, double gapWithout, Finding finding)
    {
        ((string, string)[], (string, double)[])[] runs =
        [
            Run("batch", "0", batch, gap),
            Run("none", "0", 0.85, gapWithout),
            Run("batch", "0.5", 0.5, 0.5),
            Run("none", "0.5", dropout, 0.01),
        ];
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding);

        static ((string, string)[], (string, double)[]) Run(string normalization, string probability, double accuracy, double gap) =>
            ([("normalization", normalization), ("dropout", probability)], [("final test accuracy", accuracy), ("train minus test", gap)]);
    }

    [Fact]
    public void A_normalization_in_front_of_which_nothing_is_dropped_has_the_variance_that_it_keeps()
    {
        StudyInput input = MadeUp.Input() with { Shortening = 20 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(8, results.Runs.Count);
        Assert.All(results.Runs.Where(run => run.Conditions["dropout"] == "0.5" && run.Conditions["normalization"] != "none"), run =>
        {
            double[] ratios = [.. run.Series("real over running variance").Select(point => point.Value)];
            Assert.Equal(3, ratios.Length);
            Assert.InRange(ratios[0], run.Conditions["normalization"] == "batch" ? 0.9 : 0.1, run.Conditions["normalization"] == "batch" ? 1.1 : 0.6);
        });
    }
}
