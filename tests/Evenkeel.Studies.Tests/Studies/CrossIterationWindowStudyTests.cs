using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class CrossIterationWindowStudyTests
{
    private static readonly CrossIterationWindowStudy Study = new();
    private static readonly string[] Rates = ["0.003", "0.01", "0.03", "0.1"];
    private static readonly string[] Errors =
        ["mean, first layer", "variance, first layer", "mean, deeper layers", "variance, deeper layers"];

    [Theory]
    [InlineData(16, nameof(Finding.Holds))]
    [InlineData(12, nameof(Finding.Holds))]
    [InlineData(11, nameof(Finding.NotShown))]
    [InlineData(8, nameof(Finding.NotShown))]
    [InlineData(7, nameof(Finding.DoesNotHold))]
    [InlineData(0, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_many_errors_are_smallest_carried(int best, string finding)
    {
        var runs =
            from window in new[] { "2", "8" }
            from rate in Rates.Index()
            from estimate in new[] { "single batch", "naive window", "cross-iteration" }
            select (
                new[] { ("learning rate", rate.Item), ("window", window), ("estimate", estimate) },
                Errors.Index().Select(error => (error.Item, Error(window, rate.Index * 4 + error.Index < best, estimate))).ToArray());
        Verdict verdict = Study.Judge(MadeUp.Results(runs));
        Assert.Equal(finding, verdict.Finding.ToString());
        Assert.EndsWith("better than the current batch alone in 8 and 8.", verdict.Reason, StringComparison.Ordinal);

        // A window of 2 says the contrary, and counts for nothing.
        static double Error(string window, bool isBest, string estimate) => estimate switch
        {
            "single batch" => 0.4,
            "naive window" => 0.2,
            _ => isBest == (window == "8") ? 0.1 : 0.3,
        };
    }

    [Fact]
    public void Of_today_alone_the_window_does_not_matter_and_more_batches_err_less()
    {
        StudyInput input = MadeUp.Input() with { Shortening = 8 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        double Error(string window, string estimate, string error) => results.Runs
            .Single(run => run.Conditions["learning rate"] == "0.003" && run.Conditions["window"] == window
                && run.Conditions["estimate"] == estimate).Last(error);

        // The first layer's inputs are the images: only the weights, which move with the window, can tell.
        Assert.Equal(Error("2", "single batch", Errors[0]), Error("8", "single batch", Errors[0]), 0.05);
        Assert.All(Errors, error => Assert.True(Error("8", "cross-iteration", error) < 0.75 * Error("8", "single batch", error)));
        Assert.All(Errors, error => Assert.True(Error("8", "naive window", error) < Error("2", "naive window", error)));
        Assert.NotEqual(Error("8", "naive window", Errors[0]), Error("8", "cross-iteration", Errors[0]));
    }
}
