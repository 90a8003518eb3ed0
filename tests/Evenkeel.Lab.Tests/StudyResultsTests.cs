using Evenkeel.Lab.Studies;
using Evenkeel.Lab.Traps;

namespace Evenkeel.Lab.Tests;

public class StudyResultsTests
{
    [Fact]
    public void All_studies_have_a_claim_and_a_verdict()
    {
        Assert.Equal(14, StudyResults.All.Count);
        Assert.All(StudyResults.All, study =>
        {
            Assert.EndsWith(".", study.Claim, StringComparison.Ordinal);
            Assert.Contains(study.Verdict, new[] { "holds", "not shown", "does not hold" });
        });
    }

    [Fact]
    public void The_studies_of_the_traps_exist() => Assert.All(
        TrapCatalog.All.Select(trap => trap.Study).OfType<string>(),
        name => Assert.Contains(StudyResults.All, study => study.Name == name));
}
