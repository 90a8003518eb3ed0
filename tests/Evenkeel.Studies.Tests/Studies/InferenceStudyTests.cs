using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class InferenceStudyTests
{
    private static readonly InferenceStudy Study = new();
    private static readonly string[] Kept = ["running", "population", "precise"];

    [Theory]
    [InlineData(0.3, 0, 0.5, 0.04, nameof(Finding.Holds))]
    [InlineData(0.3, 0.1, 0.5, 0.04, nameof(Finding.NotShown))]
    [InlineData(0.3, 0, 0.5, 0.06, nameof(Finding.NotShown))]
    [InlineData(0.3, 0, 0.01, 0.04, nameof(Finding.NotShown))]
    [InlineData(0.3, 0, 0.5, 0.2, nameof(Finding.DoesNotHold))]
    [InlineData(0, 0, 0.5, 0.04, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_spread_of_outputs_and_the_errors_of_statistics(
        double spreadOfBatch, double spreadOfKept, double runningAtFirst, double error, string finding)
    {
        ((string, string)[], (string, double)[])[] runs =
        [
            Run("of the batch", spreadOfBatch, 0.1, 0.1),
            .. Kept.Select(statistics => Run(statistics, spreadOfKept, statistics == "running" ? runningAtFirst : 0.02, error)),
        ];
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());

        static ((string, string)[], (string, double)[]) Run(string statistics, double spread, double first, double last) => (
            [("statistics", statistics)],
            [
                ("spread of outputs", spread),
                ("error of the mean", first), ("error of the variance", first), ("error of the mean", last),
                    ("error of the variance", last),
            ]);
    }

    [Fact]
    public void Neighbours_matter_by_the_batchs_statistics_alone_and_its_errors_are_those_of_its_size()
    {
        StudyInput input = MadeUp.Input() with { Shortening = 20 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(4, results.Runs.Count);
        Assert.All(results.Runs, run =>
        {
            bool ofBatch = run.Conditions["statistics"] == "of the batch";
            Assert.All(run.Series("spread of outputs"), point => Assert.Equal(ofBatch, point.Value > 0));
            foreach (string quantity in new[] { "test accuracy", "changed classes", "error of the mean", "error of the variance",
                "error of the mean, layer 3", "error of the variance, layer 3" })
            {
                Assert.Equal([2.0, 5, 10, 25, 50], run.Series(quantity).Select(point => point.X));
                Assert.All(run.Series(quantity), point => Assert.True(double.IsFinite(point.Value), quantity));
            }
        });

        // Precise statistics are pooled over more images than there are here: all of them, several times.
        Assert.All(results.Runs.Where(run => run.Conditions["statistics"] == "precise"), run =>
            Assert.All(run.Series("error of the mean, layer 1"), point => Assert.InRange(point.Value, 0, 0.03)));

        // A batch of 32 of 200 images: errors of the mean of √(2/π)·√(1/32 − 1/200) deviations are to be expected.
        Assert.All(results.Runs.Where(run => run.Conditions["statistics"] == "of the batch"), run =>
            Assert.All(run.Series("error of the mean, layer 1"), point => Assert.InRange(point.Value, 0.11, 0.15)));
    }
}
