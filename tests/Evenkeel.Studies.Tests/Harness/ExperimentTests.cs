using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Harness;

public class ExperimentTests
{
    [Fact]
    public void Every_study_says_what_it_claims_and_measures_and_what_decides()
    {
        Assert.Equal(StudyCatalog.All.Count, StudyCatalog.All.Select(study => study.Name).Distinct().Count());
        Assert.All(StudyCatalog.All, study => Assert.All(
            [study.Question, study.Title, study.Claim, study.Measure, study.Criterion, study.RunsName],
            text => Assert.Matches(@"^\S.*\S$", text)));
        Assert.All(StudyCatalog.All, study => Assert.EndsWith("?", study.Question, StringComparison.Ordinal));
    }

    [Fact]
    public void A_verdict_takes_all_runs_and_three_seeds()
    {
        var study = new InitScaleStudy();
        Assert.Equal(Finding.Holds, study.Judge(SyntheticResults.Create(seeds: 3)).Finding);

        Verdict two = study.Judge(SyntheticResults.Create(seeds: 2));
        Assert.Equal(Finding.NotShown, two.Finding);
        Assert.EndsWith(" A verdict needs at least 3 seeds.", two.Reason, StringComparison.Ordinal);

        Verdict stopped = study.Judge(SyntheticResults.Create() with { Completed = false });
        Assert.Equal(Finding.NotShown, stopped.Finding);
        Assert.EndsWith("The study was stopped before its end.", stopped.Reason, StringComparison.Ordinal);
    }
}
