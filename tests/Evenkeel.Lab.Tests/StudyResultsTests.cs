using Evenkeel.Lab.Studies;
using Evenkeel.Lab.Traps;

namespace Evenkeel.Lab.Tests;

public class StudyResultsTests
{
    [Fact]
    public void All_studies_have_a_claim_and_a_verdict()
    {
        Assert.Equal(23, StudyResults.All.Count);
        Assert.All(StudyResults.All, study =>
        {
            Assert.EndsWith(".", study.Claim, StringComparison.Ordinal);
            Assert.DoesNotContain('\\', study.Result);
            Assert.Contains(study.Verdict, new[] { "holds", "not shown", "does not hold" });
        });
    }

    [Fact]
    public void A_bar_inside_a_cell_is_text() =>
        Assert.Contains("|correlation|", StudyResults.All.Single(study => study.Name == "dropout").Result, StringComparison.Ordinal);

    [Fact]
    public void The_studies_of_the_traps_exist() => Assert.All(
        TrapCatalog.All.Select(trap => trap.Study).OfType<string>(),
        name => Assert.Contains(StudyResults.All, study => study.Name == name));
}
