using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Browser;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.AllStudies;

public class SeriesPageTests
{
    private const string Attack = "</title></td><script>alert(1)</script><!--<img src=x onerror=alert(1)>&\"'";

    [Fact]
    public void Each_study_has_its_verdict_in_words_its_reason_and_a_link_to_its_report()
    {
        string page = Write(Index());
        Assert.Contains("2 claims: 1 does not hold, 1 not possible.", page, StringComparison.Ordinal);
        Assert.Contains("<strong class=\"badge doesnothold\">Does not hold</strong>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"init-scale/report.html\">Batch normalization and the scale of the initial weights</a>", page,
            StringComparison.Ordinal);
        Assert.Contains("1 of 16 scales", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\">1,234.5</td>", page, StringComparison.Ordinal);
        Assert.Contains("<strong class=\"badge open\">Not possible</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"feature-scaling", page, StringComparison.Ordinal);
        Assert.All(Studies, study =>
            Assert.Contains(study.Published.Replace("\"", "&quot;", StringComparison.Ordinal), page, StringComparison.Ordinal));
    }

    [Fact]
    public void What_waits_or_was_interrupted_says_so()
    {
        SeriesIndex index = Index();
        string page = Write(index with { Studies = [index.Studies[0] with { Completed = false, Finding = Finding.NotShown }] });
        Assert.Contains("2 claims: 1 interrupted, 1 not run yet.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"init-scale/report.partial.html\"", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "class=\"badge open\""));
    }

    [Fact]
    public void How_to_run_it_again_names_the_seeds_and_that_other_data_are_needed()
    {
        Assert.Contains("<code>evenkeel study all --seeds 5</code>", Write(Index() with { Seeds = 5 }), StringComparison.Ordinal);
        Assert.Contains("<code>evenkeel study all --seeds 3 --data FOLDER</code>", Write(Index(data: "Fashion")), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_elsewhere_cannot_become_markup()
    {
        string expected = Write(Index("x", "x", "x")), attacked = Write(Index(Attack, Attack, Attack));
        Assert.Equal(Regex.Count(expected, "<"), Regex.Count(attacked, "<"));
        Assert.Equal(Regex.Count(expected, ">"), Regex.Count(attacked, ">"));
        Assert.Contains("&lt;img src=x", attacked, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere_and_no_script_may_run()
    {
        string page = Write(Index());
        Assert.DoesNotMatch(@"(?i)<script|<link|<iframe|<base|@import|url\(|\bsrc\s*=|https?:", page);
        Assert.Contains("default-src 'none'; style-src", page, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_machines_language_does_not_matter()
    {
        string page = Write(Index()), table = SeriesTableTests.Write(Index());
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(page, Write(Index()));
            Assert.Equal(table, SeriesTableTests.Write(Index()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [ChromiumFact]
    public void A_browser_shows_a_row_per_study_without_errors()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "reports");
        string file = OutputFolder.Create(folder).Write(
            "index.html", stream => SeriesPage.Write(stream, Studies, Index(Attack, Attack, Attack)));
        var (document, log) = Chromium.Open(file);
        Assert.DoesNotContain("CONSOLE", log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, Regex.Count(document, "<tr id=\""));
        Assert.All(Studies, study => Assert.Contains($"<tr id=\"{study.Name}\">", document, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", document, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", document, StringComparison.Ordinal);
    }

    internal static IReadOnlyList<Study> Studies { get; } = [new InitScaleStudy(), new FeatureScalingStudy()];

    internal static SeriesIndex Index(string data = "MNIST", string reason = "1 of 16 scales", string machine = "a machine") => new(
        SeriesIndex.CurrentSchema,
        "1.2.3+0123456789abcdef",
        3,
        data,
        "",
        [
            new("init-scale", true, Finding.DoesNotHold, reason, 1234.5, machine, ""),
            new("feature-scaling", false, null, reason, 0, "", ""),
        ]);

    private static string Write(SeriesIndex index)
    {
        using var stream = new MemoryStream();
        SeriesPage.Write(stream, Studies, index);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
