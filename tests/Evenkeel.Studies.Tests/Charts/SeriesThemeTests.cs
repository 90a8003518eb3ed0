using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Charts;

public class SeriesThemeTests
{
    [Fact]
    public void Of_the_scalings_only_the_two_that_are_compared_have_a_colour()
    {
        (string Color, string Dash, string Shape)[] looks = [.. FeatureScalingStudy.Scalings.Select(SeriesTheme.Look)];
        Assert.Equal(
            ["var(--none)", "var(--muted)", "var(--muted)", "var(--muted)", "var(--muted)", "var(--muted)", "var(--batch)"],
            looks.Select(look => look.Color));
        Assert.Distinct(looks.Select(look => look.Dash));
        Assert.Distinct(looks.Select(look => look.Shape));
    }
}
