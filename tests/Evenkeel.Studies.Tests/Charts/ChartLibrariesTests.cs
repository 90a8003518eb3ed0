using Evenkeel.Studies.Charts;

namespace Evenkeel.Studies.Tests.Charts;

public class ChartLibrariesTests
{
    [Theory]
    [InlineData("vega", "6.4.0", 400_000)]
    [InlineData("vega-lite", "6.5.0", 200_000)]
    [InlineData("vega-embed", "7.3.0", 50_000)]
    public void The_pinned_libraries_are_embedded_whole(string name, string version, int atLeast)
    {
        string script = ChartLibraries.Script(name);
        Assert.InRange(script.Length, atLeast, 2_000_000);
        Assert.Contains($"\"{version}\"", script, StringComparison.Ordinal);
        Assert.DoesNotContain("sourceMappingURL", script, StringComparison.Ordinal);
    }
}
