using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Evenkeel.Studies.Tests.Reports;

public partial class ReportPageTests
{
    private const string Attack = "</script><script>alert(1)</script><!--<script>&\"'";

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        string page = Markup().Replace(Write(SyntheticResults.Create()), "");
        Assert.DoesNotMatch(@"(?i)\bsrc\s*=", page);
        Assert.DoesNotMatch(@"(?i)<link|<iframe|<base|@import|url\(", page);
        Assert.All(Regex.Matches(page, @"(?i)<(\w+)[^>]*\bhref\s*="), m => Assert.Equal("a", m.Groups[1].Value));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_libraries_licences_are_kept()
    {
        string page = Write(SyntheticResults.Create(seeds: 1));
        Assert.Contains("Vega-Embed: Copyright (c) 2015, University of Washington Interactive Data Lab", page, StringComparison.Ordinal);
        Assert.Contains("THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "-->"));
    }

    [Fact]
    public void Text_in_the_results_cannot_become_markup()
    {
        var plain = SyntheticResults.Create(seeds: 1);
        string expected = Write(plain);
        string attacked = Write(plain with { Machine = Attack, Settings = plain.Settings with { Data = Attack } });

        Assert.DoesNotContain("alert(1)</script>", attacked, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(expected, "<script"), Regex.Count(attacked, "<script"));
        Assert.Equal(Regex.Count(expected, "</script"), Regex.Count(attacked, "</script"));
        Assert.Contains("&lt;/script&gt;", attacked, StringComparison.Ordinal);
        Assert.Contains(@"\u003C/script\u003E", attacked, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verdict_gives_the_numbers()
    {
        var results = SyntheticResults.Create();
        var summary = new InitScaleSummary(results);
        string page = Write(results);
        Assert.Contains($"<strong>{summary.LearnedWithBatch} of 16</strong>", page, StringComparison.Ordinal);
        Assert.Contains($"<strong>{summary.LearnedWithNone} of 16</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not complete", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_a_cancelled_sweep_say_so() =>
        Assert.Contains(
            "stopped after 23 of 96 networks", Write(SyntheticResults.Create(completed: false)), StringComparison.Ordinal);

    [Fact]
    public void The_machines_language_does_not_matter()
    {
        var results = SyntheticResults.Create(seeds: 1);
        string expected = Write(results);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(expected, Write(results));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [ChromiumFact]
    public void The_charts_are_drawn_without_errors()
    {
        // In one test, for a browser takes seconds to start and tests would start one each at the same time.
        Assert.All(CaseResults, c =>
        {
            string folder = Path.Combine(AppContext.BaseDirectory, "reports");
            string file = OutputFolder.Create(folder).Write($"{c.Key}.html", s => ReportPage.Write(s, new InitScaleStudy(), c.Value));
            var (document, log) = Chromium.Open(file);

            Assert.DoesNotContain("CONSOLE", log, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("data-errors", document[..200], StringComparison.Ordinal);
            int charts = Regex.Count(document, "<div class=\"chart");
            Assert.Contains($"data-drawn=\"{charts}\"", document, StringComparison.Ordinal);
            Assert.Equal(c.Value.Runs.Count > 0 ? 8 : 0, charts);
            Assert.Equal(charts, Regex.Count(document, "<svg[^>]*class=\"marks\""));
            int marks = Regex.Count(document, "<path aria-label=");
            Assert.True(marks >= c.Value.Runs.Count, $"{c.Key}: only {marks} marks");
        });
    }

    private static Dictionary<string, InitScaleResults> CaseResults { get; } = new()
    {
        ["complete"] = SyntheticResults.Create(),
        ["cancelled"] = SyntheticResults.Create(completed: false),
        ["nothing"] = SyntheticResults.Create() with { Completed = false, Runs = [] },
        ["one-seed-and-attack"] = SyntheticResults.Create(seeds: 1, data: Attack),
    };

    private static string Write(InitScaleResults results)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(stream, new InitScaleStudy(), results);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Scripts and comments, in which an address is no request.</summary>
    [GeneratedRegex("(?s)<script.*?</script>|<!--.*?-->")]
    private static partial Regex Markup();
}
