using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class RecalibrationStudyTests
{
    private static readonly RecalibrationStudy Study = new();

    [Theory]
    [InlineData(0.8, 0.8, 0.8, nameof(Finding.Holds))]
    [InlineData(0.9, 0.9, 0.49, nameof(Finding.NotShown))]
    [InlineData(0.6, 0.6, 0.6, nameof(Finding.NotShown))]
    [InlineData(0.5, 0.5, 0.5, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_what_is_won_back_in_each_shift_and_in_all(double contrast, double noise, double blur, string finding)
    {
        ((string, string)[], (string, double)[])[] runs =
            [.. Runs("contrast", contrast), .. Runs("noise", noise), .. Runs("blur", blur)];
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());

        static ((string, string)[], (string, double)[])[] Runs(string shift, double recalibrated) =>
        [
            .. from network in new[] { ("batch", 0.5), ("recalibrated", recalibrated), ("none", 0.5) }
               select (
                   new[] { ("network", network.Item1), ("shift", shift) },
                   new[] { ("accuracy unshifted", 0.9), ("mean accuracy shifted", network.Item2) }),
        ];
    }

    [Fact]
    public void Each_network_meets_each_shift_in_all_strengths()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(9, results.Runs.Count);
        Assert.All(results.Runs, run =>
        {
            (double X, double Value)[] accuracy = [.. run.Series("test accuracy")];
            Assert.Equal([0.0, 1, 2, 3, 4], accuracy.Select(point => point.X));
            Assert.Equal(accuracy[0].Value, run.Last("accuracy unshifted"));
            Assert.Equal(accuracy[1..].Average(point => point.Value), run.Last("mean accuracy shifted"), 1e-12);
        });
    }

    [Fact]
    public void Statistics_of_lower_contrast_undo_it()
    {
        // Normalization takes away what contrast does to every pixel alike, but for zeros in the padding.
        StudyInput input = MadeUp.Input(classes: 2) with { Shortening = 4 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        MeasuredRun recalibrated =
            results.Runs.Single(run => run.Conditions["shift"] == "contrast" && run.Conditions["network"] == "recalibrated");
        Assert.InRange(recalibrated.Series("test accuracy").ElementAt(2).Value, recalibrated.Last("accuracy unshifted") - 0.1, 1);
    }
}
