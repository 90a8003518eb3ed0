using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class CovariateShiftStudyTests
{
    private static readonly CovariateShiftStudy Study = new();

    [Theory]
    [InlineData(0.01, 0.02, nameof(Finding.Holds))]
    [InlineData(0.2, 0.02, nameof(Finding.NotShown))]
    [InlineData(0.01, 0.2, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_drift_of_means_and_of_variances(double mean, double variance, string finding) =>
        Assert.Equal(finding, Judge(mean, variance, noisyMean: 0.3, noisyAccuracy: 0.9).Finding.ToString());

    [Theory]
    [InlineData(0.3, 0.895, "the drift is irrelevant.")]
    [InlineData(0.3, 0.88, "not shown to be irrelevant.")]
    [InlineData(0.15, 0.9, "not shown to be irrelevant.")]
    public void The_drift_is_irrelevant_if_a_network_trains_nearly_as_well_with_more_of_it(
        double noisyMean, double noisyAccuracy, string expected) =>
        Assert.EndsWith(expected, Judge(0.01, 0.01, noisyMean, noisyAccuracy).Reason, StringComparison.Ordinal);

    [Fact]
    public void Behind_batch_normalization_nothing_drifts_that_is_not_learned_and_noise_makes_it_drift()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        double Drift(string normalization) =>
            results.Runs.Single(run => run.Conditions["normalization"] == normalization).Last("overall drift of the mean");
        Assert.InRange(Drift("batch"), 1e-6, 0.05);
        Assert.InRange(Drift("noisy batch normalization"), 0.2, 0.5);
    }

    private static Verdict Judge(double mean, double variance, double noisyMean, double noisyAccuracy) => Study.Judge(MadeUp.Results(
    [
        Run("batch", mean, variance, 0.9),
        Run("none", 0.2, 0.2, 0.85),
        Run("noisy batch normalization", noisyMean, 0.3, noisyAccuracy),
    ]));

    private static ((string, string)[], (string, double)[]) Run(string normalization, double mean, double variance, double accuracy) => (
        [("normalization", normalization)],
        [("overall drift of the mean", mean), ("overall drift of the log variance", variance), ("final test accuracy", accuracy)]);
}
