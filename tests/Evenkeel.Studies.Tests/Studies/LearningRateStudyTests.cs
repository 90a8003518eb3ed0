using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class LearningRateStudyTests
{
    private static readonly LearningRateStudy Study = new();

    [Theory]
    [InlineData(3, 0.3, 50, 170, nameof(Finding.Holds))]
    [InlineData(0.3, 0.1, 50, 170, nameof(Finding.Holds))]
    [InlineData(0.1, 0.1, 50, 170, nameof(Finding.NotShown))]
    [InlineData(3, 0.3, 170, 170, nameof(Finding.NotShown))]
    [InlineData(0.1, 0.1, 170, 170, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_largest_rate_that_trains_and_by_the_fewest_updates(
        double largestWith, double largestWithout, double updatesWith, double updatesWithout, string finding)
    {
        string[] rates = ["0.1", "0.3", "3"];
        var runs =
            from rate in rates
            from with in new[] { true, false }
            let trains = double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture) <= (with ? largestWith : largestWithout)
            select (
                new[] { ("normalization", with ? "batch" : "none"), ("learning rate", rate) },
                new[] { ("final test accuracy", trains ? 0.95 : 0.1),
                    ("updates to 90 %", !trains ? double.NaN : with ? updatesWith : updatesWithout) });
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());
    }
}
