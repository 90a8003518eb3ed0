using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evenkeel.Browser;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Studies;
using Microsoft.VisualBasic.FileIO;

namespace Evenkeel.Studies.Tests.AllStudies;

/// <summary>What holds for every study, shortened and on small images; alone, since the number of threads is the whole process'.</summary>
[Collection(nameof(ShortenedStudies))]
public partial class AllStudiesTests(ShortenedStudies studies) : IClassFixture<ShortenedStudies>
{
    [Fact]
    public void One_thread_and_two_give_the_same_numbers() =>
        Assert.All(studies.All, study =>
            Assert.Equal(Numbers(study.Study, study.OnOneThread), Numbers(study.Study, study.OnTwo)));

    [Fact]
    public void A_study_of_times_makes_its_runs_one_after_another_on_the_callers_thread()
    {
        var threads = new ThreadsOfReports();
        ShortenedStudies.Run(new CostStudy(), threads: 2, threads);
        Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, 3), threads.Seen);
    }

    [Fact]
    public void Every_run_is_there_and_every_quantity_of_the_table() =>
        Assert.All(studies.All, study =>
        {
            Assert.True(study.OnTwo.Completed);
            Assert.Equal(study.OnTwo.Planned, study.OnTwo.Runs);
            string[][] rows = Rows(study.OnTwo);
            if (rows[0].Contains("quantity"))
            {
                string[] quantities = [.. rows.Select(row => row[^3])];
                Assert.All(study.OnTwo.Table.Columns.Where(column => !column.IsWords), column => Assert.Contains(column.Name, quantities));
            }
        });

    [Fact]
    public void Json_reads_back_to_the_same() =>
        Assert.All(studies.All, study =>
        {
            byte[] json = File(study.OnTwo, "json");
            Assert.Equal(json, File(study.Study.Restore(new MemoryStream(json), study.Input), "json"));
        });

    [Fact]
    public void Csv_has_a_number_or_nothing_in_the_last_cell_of_each_row() =>
        Assert.All(studies.All, study =>
        {
            string[][] rows = Rows(study.OnTwo);
            Assert.NotEmpty(rows[1..]);
            Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
            Assert.All(rows[1..], row =>
                Assert.True(row[^1].Length == 0 || double.TryParse(row[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out _)));
        });

    [Fact]
    public void Every_report_opens_with_one_sentence_and_a_picture() =>
        Assert.All(studies.All, study => Assert.Matches(Opening(), Encoding.UTF8.GetString(File(study.OnTwo, "html"))));

    [PageCheckFact]
    public void Every_chart_is_drawn_and_every_page_legible_wide_and_narrow_in_light_and_dark_mode()
    {
        OutputFolder folder = OutputFolder.Create(Path.Combine(AppContext.BaseDirectory, "reports", "all"));
        string[] pages =
        [
            .. studies.All.Select(study =>
                folder.Write($"{study.Study.Name}.html", stream => stream.Write(File(study.OnTwo, "html")))),
            folder.Write("index.html", stream => SeriesPage.Write(stream, SeriesPageTests.Studies, SeriesPageTests.Index())),
        ];
        Assert.Empty(PageCheck.Problems(pages));
    }

    /// <summary>The results without what depends on how they were made.</summary>
    private static string Numbers(Study study, StudyOutcome outcome)
    {
        JsonNode json = JsonNode.Parse(File(outcome, "json"))!;
        Assert.True(json["results"]!.AsObject().Remove("elapsed_seconds"));
        Assert.True(json["results"]!["settings"]!.AsObject().Remove("threads"));
        foreach (string varying in study.VaryingQuantities)
        {
            Assert.NotEqual(0, json["results"]!["runs"]!.AsArray().Sum(run =>
                run!["points"]!.AsArray().RemoveAll(point => point!["quantity"]!.GetValue<string>() == varying)));
        }

        return json.ToJsonString();
    }

    private static string[][] Rows(StudyOutcome outcome)
    {
        using var parser = new TextFieldParser(new StringReader(Encoding.UTF8.GetString(File(outcome, "csv")))) { Delimiters = [","] };
        var rows = new List<string[]>();
        while (!parser.EndOfData)
        {
            rows.Add(parser.ReadFields()!);
        }

        return [.. rows];
    }

    private static byte[] File(StudyOutcome outcome, string extension)
    {
        using var stream = new MemoryStream();
        outcome.Files.Single(file => file.Extension == extension).Write(stream);
        return stream.ToArray();
    }

    private sealed class ThreadsOfReports : IProgress<StudyProgress>
    {
        public List<int> Seen { get; } = [];

        public void Report(StudyProgress value) => Seen.Add(Environment.CurrentManagedThreadId);
    }

    /// <summary>A title, a sentence, and a figure with a chart.</summary>
    [GeneratedRegex("""</h1>\s*<p class="lead">(?:(?!\. )[^<])+\.</p>\s*<figure class="picture"[^>]*>\s*<div class="(?:chart|panels)""")]
    private static partial Regex Opening();
}
