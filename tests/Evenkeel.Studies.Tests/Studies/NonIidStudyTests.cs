using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class NonIidStudyTests
{
    private static readonly NonIidStudy Study = new();

    [Theory]
    [InlineData(0.85, 0.93, nameof(Finding.Holds))]
    [InlineData(0.91, 0.94, nameof(Finding.NotShown))]
    [InlineData(0.85, 0.89, nameof(Finding.NotShown))]
    [InlineData(0.85, 0.85, nameof(Finding.DoesNotHold))]
    [InlineData(0.95, 0.95, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_far_accuracy_falls_with_each(double batch, double renorm, string finding)
    {
        ((string, string)[], (string, double)[])[] runs =
        [
            .. Runs("batch", batch), .. Runs("renorm", renorm), .. Runs("none", 0.95),
        ];
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());

        static ((string, string)[], (string, double)[])[] Runs(string normalization, double accuracy) =>
        [
            ([("normalization", normalization), ("batches", "mixed")], [("running statistics", 0.95)]),
            ([("normalization", normalization), ("batches", "two classes")], [("running statistics", accuracy)]),
        ];
    }

    [Fact]
    public void Each_network_is_measured_by_all_statistics_that_it_has()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(6, results.Runs.Count);
        Assert.All(results.Runs, run =>
        {
            bool normalizes = run.Conditions["normalization"] != "none";
            Assert.NotEmpty(run.Series("test accuracy"));
            Assert.InRange(run.Last("running statistics"), 0, 1);
            Assert.Equal(normalizes, run.Last("statistics of mixed batches") is >= 0 and <= 1);
            Assert.Equal(normalizes, run.Last("statistics of batches of two classes") is >= 0 and <= 1);
        });
    }

    [Fact]
    public void Images_of_two_classes_are_refused()
    {
        StudyInput input = MadeUp.Input(classes: 2);
        Assert.Contains("at least 3", Assert.Throws<InvalidDataException>(() => Study.Settings(input)).Message, StringComparison.Ordinal);
    }
}
