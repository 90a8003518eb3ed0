using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Evenkeel.Browser;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

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
        int learned = 0;
        string page = Write(SyntheticResults.WithFinal((_, normalization) => normalization == "batch" ? 0.9 : learned++ < 9 ? 0.8 : 0.2));
        Assert.Matches("<strong[^>]*>16 of 16</strong>", page);
        Assert.Matches("<strong[^>]*>3 of 16</strong>", page);
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

    [Fact]
    public void The_page_tells_claim_verdict_measure_and_what_decides()
    {
        string page = WriteScaling(FeatureScaling.Value);
        var study = new FeatureScalingStudy();
        Assert.All(
            [study.Title, study.Claim, study.Measure, study.Criterion, study.Judge(FeatureScaling.Value).Reason],
            text => Assert.Contains(text.Replace("'", "&#39;", StringComparison.Ordinal), page, StringComparison.Ordinal));
        Assert.Contains("<p class=\"judgement notshown\"><strong>Not shown</strong>", page, StringComparison.Ordinal);
        string details = page[page.IndexOf("<details>", StringComparison.Ordinal)..];
        Assert.All(
            [study.Measure, study.Criterion, study.Judge(FeatureScaling.Value).Reason],
            text => Assert.Contains(text.Replace("'", "&#39;", StringComparison.Ordinal), details, StringComparison.Ordinal));
        Assert.Contains("evenkeel study feature-scaling --seeds 2 --threads", page, StringComparison.Ordinal);
        Assert.Contains("<td>standard</td>", page, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public void The_charts_are_drawn_without_errors()
    {
        // In one test, for a browser takes seconds to start and tests would start one each at the same time.
        Assert.All(InitScaleCases, c =>
            AssertDrawn(c.Key, Write(c.Value), charts: c.Value.Runs.Count > 0 ? 8 : 0, marks: c.Value.Runs.Count));
        Assert.All(FeatureScalingCases, c => AssertDrawn(c.Key, WriteScaling(c.Value.Results), c.Value.Charts, c.Value.Results.Runs.Count));
    }

    private static void AssertDrawn(string name, string page, int charts, int marks)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "reports");
        string file = OutputFolder.Create(folder).Write($"{name}.html", stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        var (document, log) = Chromium.Open(file);

        Assert.DoesNotContain("CONSOLE", log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("data-errors", document[..200], StringComparison.Ordinal);
        Assert.Contains($"data-drawn=\"{charts}\"", document, StringComparison.Ordinal);
        Assert.Equal(charts, Regex.Count(document, "<div class=\"chart"));
        Assert.Equal(charts, Regex.Count(document, "<svg[^>]*class=\"marks\""));
        int drawn = Regex.Count(document, "<path aria-label=");
        Assert.True(drawn >= marks, $"{name}: only {drawn} marks");
    }

    private static Lazy<MeasuredResults> FeatureScaling { get; } = new(() =>
    {
        var study = new FeatureScalingStudy();
        var input = new StudyInput(Seeds: 2) { Shortening = 1000 };
        return study.Run(input, study.Settings(input));
    });

    private static Dictionary<string, MeasuredResults> InitScaleCases { get; } = new()
    {
        ["complete"] = SyntheticResults.Create(),
        ["cancelled"] = SyntheticResults.Create(completed: false),
        ["nothing"] = SyntheticResults.Create() with { Completed = false, Runs = [] },
        ["one-seed-and-attack"] = SyntheticResults.Create(seeds: 1, data: Attack),
    };

    private static Dictionary<string, (MeasuredResults Results, int Charts)> FeatureScalingCases => new()
    {
        ["scaling"] = (FeatureScaling.Value, 7),
        ["scaling-cancelled"] = (FeatureScaling.Value with { Completed = false, Runs = [.. FeatureScaling.Value.Runs.Take(3)] }, 4),
        ["scaling-nothing"] = (FeatureScaling.Value with { Completed = false, Runs = [] }, 0),
    };

    private static string Write(MeasuredResults results) =>
        Written(stream => new InitScaleStudy().WriteReport(stream, results));

    private static string WriteScaling(MeasuredResults results) =>
        Written(stream => new FeatureScalingStudy().WriteReport(stream, results));

    private static string Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Scripts and comments, in which an address is no request.</summary>
    [GeneratedRegex("(?s)<script.*?</script>|<!--.*?-->")]
    private static partial Regex Markup();
}
