using System.Text.Json;
using System.Text.RegularExpressions;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using Evenkeel.Studies;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class StudyAllTests : IDisposable
{
    private readonly SmallImages _images = new();
    private readonly string _root = Directory.CreateTempSubdirectory("evenkeel-").FullName;
    private readonly TallyStudy _first = new("first", takesImages: true);
    private readonly TallyStudy _second = new("second");
    private readonly TallyStudy _third = new("third");

    private string DataName => Path.GetFileName(_images.Folder);

    private string Out => Path.Combine(_root, "out");

    private string IndexFile => Path.Combine(Out, "index.json");

    private string Results => Path.Combine(Out, "second", "results.json");

    private int[] Calls => [_first.Calls, _second.Calls, _third.Calls];

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(_root, recursive: true);
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void Each_study_gets_a_folder_and_all_of_them_a_page()
    {
        CommandRun run = All();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([1, 1, 1], Calls);
        Assert.Equal(
            [
                "first/report.html", "first/results.json", "index.html", "index.json", "second/report.html", "second/results.json",
                "third/report.html", "third/results.json",
            ],
            Files());
        Assert.Contains("3 studies: 3 hold. Written:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  {Path.Combine(Out, "index.html")}{Environment.NewLine}", run.Output, StringComparison.Ordinal);
        Assert.All(["first", "second", "third"], name => Assert.Matches($"(?m)^  {name} +holds +1.5", run.Output));
        Assert.Equal(3, Regex.Count(File.ReadAllText(Path.Combine(Out, "index.html")), "<strong class=\"badge holds\">Holds</strong>"));
    }

    [Fact]
    public void Progress_tells_of_all_studies_and_of_the_one_under_way()
    {
        string[] lines = All().Error.Split(Environment.NewLine)[..^1];
        Assert.Equal(9, lines.Length);
        Assert.Equal("study 1 of 3, 0 %; first: 0 of 2 calls", lines[0]);
        Assert.Matches(@"^study 1 of 3, 16 %, \d+ s left; first: 1 of 2 calls, 1 s left$", lines[1]);
        Assert.Matches(@"^study 2 of 3, 33 %, \d+ s left; second: 0 of 2 calls$", lines[3]);
        Assert.Matches(@"^study 3 of 3, 100 %, 0 s left; third: 2 of 2 calls$", lines[8]);
    }

    [Fact]
    public void A_study_with_data_of_its_own_is_given_no_images()
    {
        All();
        Assert.Equal((DataName, 60), (_first.Input!.DataName, _first.Input.Images!.Train.Count));
        Assert.Equal(new StudyInput(3), _second.Input! with { Journal = null });
    }

    [Fact]
    public void What_is_finished_is_not_run_again_and_its_report_is_written_anew()
    {
        All();
        string page = File.ReadAllText(Path.Combine(Out, "index.html")), index = File.ReadAllText(IndexFile);
        File.WriteAllText(Path.Combine(Out, "second", "report.html"), "");
        File.Delete(Path.Combine(Out, "third", "report.html"));

        CommandRun run = All();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([1, 1, 1], Calls);
        Assert.Equal(
            [
                "first: already finished; its report is rewritten.",
                "second: already finished; its report is rewritten.",
                "third: already finished; its report is rewritten.",
            ],
            run.Error.Split(Environment.NewLine)[..^1]);
        Assert.Equal(page, File.ReadAllText(Path.Combine(Out, "index.html")));
        Assert.Equal(index, File.ReadAllText(IndexFile));
        Assert.Equal(
            File.ReadAllText(Path.Combine(Out, "first", "report.html")), File.ReadAllText(Path.Combine(Out, "second", "report.html")));
        Assert.True(File.Exists(Path.Combine(Out, "third", "report.html")));
    }

    [Fact]
    public void Other_seeds_are_run_anew()
    {
        All();
        CommandRun run = All("--seeds", "2");
        Assert.Equal([2, 2, 2], Calls);
        Assert.Equal(1, Regex.Count(run.Error, "index.json has other seeds, data or another version of Evenkeel"));
        All("--seeds", "2");
        Assert.Equal([2, 2, 2], Calls);
    }

    [Fact]
    public void Other_images_of_the_same_name_are_run_anew()
    {
        All();
        _images.Write("t10k-labels-idx1-ubyte", [.. SmallImages.Labels(SmallImages.TestCount)[..^1], 1]);
        All();
        Assert.Equal([2, 2, 2], Calls);
    }

    [Fact]
    public void Another_version_is_run_anew()
    {
        All();
        File.WriteAllText(IndexFile, Regex.Replace(File.ReadAllText(IndexFile), "\"version\": \"[^\"]*\"", "\"version\": \"0.0.1\""));
        All();
        Assert.Equal([2, 2, 2], Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"Study":"second","Seeds":3,"Done":1}""")]
    [InlineData("""{"Study":"first","Seeds":3,"Done":2}""")]
    [InlineData("""{"Study":"second","Seeds":3,"Done":2,"More":"by hand"}""")]
    public void Results_that_are_not_those_of_the_index_are_run_again_and_the_others_not(string results)
    {
        All();
        File.WriteAllText(Results, results);
        CommandRun run = All();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([1, 2, 1], Calls);
        Assert.Contains("second: its results cannot be used, so it is run again: ", run.Error, StringComparison.Ordinal);
        All();
        Assert.Equal([1, 2, 1], Calls);
    }

    [Fact]
    public void Results_that_are_missing_or_foreign_under_a_forged_index_are_run_again()
    {
        All();
        File.Delete(Results);
        All();
        Assert.Equal([1, 2, 1], Calls);

        // The index vouches for results that the study itself refuses.
        string first = File.ReadAllText(Path.Combine(Out, "first", "results.json"));
        JsonElement[] entries = [.. JsonDocument.Parse(File.ReadAllText(IndexFile)).RootElement.GetProperty("studies").EnumerateArray()];
        string[] hashes = [.. entries.Select(entry => entry.GetProperty("results_sha256").GetString()!)];
        File.WriteAllText(Results, first);
        File.WriteAllText(IndexFile, File.ReadAllText(IndexFile).Replace(hashes[1], hashes[0], StringComparison.Ordinal));
        CommandRun run = All();
        Assert.Equal([1, 3, 1], Calls);
        Assert.Contains("second: its results cannot be used, so it is run again: other results", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"schema_version\": 1,\n \e[31m")]
    [InlineData("""{"schema_version":2,"version":"","seeds":3,"data":"","images_sha256":"","studies":[]}""")]
    [InlineData("""{"schema_version":1,"version":"","seeds":3,"data":"","images_sha256":"","studies":[null]}""")]
    [InlineData("""{"schema_version":1,"version":"","seeds":3,"data":"","images_sha256":"","studies":null}""")]
    [InlineData(
        """{"schema_version":1,"version":"","seeds":3,"data":"","images_sha256":"","studies":[{"study":"third","completed":true"""
        + ""","finding":"Holds","reason":"","seconds":1e999,"machine":"","results_sha256":""}]}""")]
    public void An_index_that_is_none_means_that_all_are_run_and_is_one_line(string index)
    {
        All();
        File.WriteAllText(IndexFile, index);
        CommandRun run = All();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([2, 2, 2], Calls);
        Assert.Equal(10, run.Error.Split(Environment.NewLine).Length - 1);
        Assert.StartsWith("index.json cannot be used, so all studies are run: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Error);
    }

    [Fact]
    public void An_index_of_any_length_is_refused_unread()
    {
        All();
        using (FileStream file = File.Create(IndexFile))
        {
            file.SetLength(1L << 40);
        }

        Assert.StartsWith("index.json cannot be used, so all studies are run: it is larger than", All().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_end_in_the_middle_the_same_command_goes_on()
    {
        string markdown = Path.Combine(_root, "studies.md");
        File.WriteAllText(markdown, "of a whole run");
        using var error = new CancellingWriter("second: 1 of 2");
        CommandRun run = All(error, error.Token, "--markdown", markdown);
        Assert.Equal("of a whole run", File.ReadAllText(markdown));
        Assert.DoesNotContain("studies.md", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            $"evenkeel: interrupted; 1 of 3 studies are finished, and the same command continues with the others.{Environment.NewLine}",
            run.Error,
            StringComparison.Ordinal);
        Assert.Equal([1, 1, 0], Calls);
        Assert.Equal(
            [
                "first/report.html", "first/results.json", "index.html", "index.json", "second/report.partial.html",
                "second/results.partial.json",
            ],
            Files());
        string page = File.ReadAllText(Path.Combine(Out, "index.html"));
        Assert.Contains("3 claims: 1 holds, 1 interrupted, 1 not run yet.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"second/report.partial.html\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("third/report", page, StringComparison.Ordinal);

        Assert.Equal(0, All().ExitCode);
        Assert.Equal([1, 2, 1], Calls);
        Assert.Contains("3 claims: 3 hold.", File.ReadAllText(Path.Combine(Out, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_before_later_studies_keeps_what_is_known_of_them()
    {
        All();
        File.Delete(Results);
        using var error = new CancellingWriter("second: 1 of 2");
        All(error, error.Token);
        Assert.Equal([1, 2, 1], Calls);
        All();
        Assert.Equal([1, 3, 1], Calls);
    }

    [Fact]
    public void A_study_that_cannot_be_made_does_not_stop_the_others_and_is_exit_code_1()
    {
        var impossible = new TallyStudy("impossible") { Impossible = "There are <too few>\nimages." };
        CommandRun run = Run([_first, impossible, _third], "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal([1, 0, 1], Calls);
        Assert.Contains($"impossible: There are <too few> images.{Environment.NewLine}", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"evenkeel: 1 study could not be run on these data.{Environment.NewLine}", run.Error, StringComparison.Ordinal);
        Assert.Contains("There are &lt;too few&gt;", File.ReadAllText(Path.Combine(Out, "index.html")), StringComparison.Ordinal);

        JsonElement json = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        Assert.False(json.GetProperty("completed").GetBoolean());
        Assert.Equal(
            ["holds", "not possible", "holds"],
            json.GetProperty("studies").EnumerateArray().Select(study => study.GetProperty("verdict").GetString()!));
    }

    [Fact]
    public void Json_is_one_line_with_all_studies_and_nothing_else()
    {
        JsonElement json = JsonDocument.Parse(Assert.Single(All("--json").OutputLines)).RootElement;
        Assert.Equal(("all", DataName, 3, true), (
            json.GetProperty("study").GetString(), json.GetProperty("data").GetString(), json.GetProperty("seeds").GetInt32(),
            json.GetProperty("completed").GetBoolean()));
        JsonElement second = json.GetProperty("studies")[1];
        Assert.Equal(("second", "holds", "Counted 2 with 3 seeds.", 1.5), (
            second.GetProperty("study").GetString(), second.GetProperty("verdict").GetString(), second.GetProperty("reason").GetString(),
            second.GetProperty("seconds").GetDouble()));
        Assert.Equal(
            [Path.Combine(Out, "index.html"), IndexFile],
            json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!));
    }

    [Fact]
    public void Verdicts_stand_beside_the_sources_in_a_page_in_Markdown()
    {
        string file = Path.Combine(_root, "studies.md");
        CommandRun run = All("--markdown", file);
        Assert.Contains($"  {file}{Environment.NewLine}", run.Output, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(file);
        Assert.Contains("| `second` | Claim of second | Source of second | Counted 2 with 3 seeds. | holds | 1.5 |", lines);
        Assert.Contains($"- data: {DataName}, where a study takes images", lines);
        Assert.Contains("- machine: a machine", lines);
        Assert.Contains(
            "dotnet run -c Release --project src/Evenkeel.Cli -- study all --seeds 3 --data FOLDER --markdown docs/studies.md", lines);
    }

    [Fact]
    public void Verdicts_of_another_folder_are_a_column()
    {
        string file = Path.Combine(_root, "studies.md");
        Assert.Equal(0, All().ExitCode);
        Assert.Equal(0, All("--markdown", file, "--compare", Out).ExitCode);
        string[] lines = File.ReadAllLines(file);

        Assert.Contains($"| study | claim | its source reports | here | {DataName} | {DataName} | seconds |", lines);
        Assert.Contains("| `second` | Claim of second | Source of second | Counted 2 with 3 seeds. | holds | its own data | 1.5 |", lines);
        Assert.Contains(lines, line => line.EndsWith("| holds | holds | 1.5 |", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_to_compare_with_must_hold_studies()
    {
        string file = Path.Combine(_root, "studies.md");

        All("--markdown", file, "--compare", _root).AssertRefused(1, Path.Combine(_root, "index.json"), "'study all --out'");
        All("--compare", _root).AssertRefused(2, "--markdown");
        Assert.Equal([0, 0, 0], Calls);
    }

    [Fact]
    public void Markdown_on_standard_output_stands_there_alone()
    {
        if (File.Exists("/dev/stdout"))
        {
            Assert.Equal("", All("--markdown", "/dev/stdout").Output);
        }
    }

    [Fact]
    public void A_file_or_folder_in_the_way_of_the_output_is_refused_before_the_work()
    {
        File.WriteAllText(Out, "");
        All().AssertRefused(1, $"'{Out}'");
        File.Delete(Out);
        All("--markdown", _root).AssertRefused(1, $"'{_root}'", "folder");
        All("--markdown", Path.Combine(_root, "none", "studies.md")).AssertRefused(1, "no such folder");
        Directory.CreateDirectory(IndexFile);
        All().AssertRefused(1, $"cannot write '{IndexFile}'");
        Assert.Equal([0, 0, 0], Calls);
    }

    [Fact]
    public void The_studies_themselves_come_back_from_their_results()
    {
        CommandRun Run() => this.Run([new InitScaleStudy(), new FeatureScalingStudy()], "--seeds", "1");
        Run();
        string[] before =
        [
            .. Files().Where(file => file.EndsWith("html", StringComparison.Ordinal))
                .Select(file => File.ReadAllText(Path.Combine(Out, file))),
        ];
        string[] files = [.. Files().Where(file => file.Contains('/'))];
        Assert.Equal(6, files.Length);
        Assert.All(files, file =>
        {
            string path = Path.Combine(Out, file);
            File.WriteAllText(path, file.EndsWith("results.json", StringComparison.Ordinal) ? File.ReadAllText(path) : "");
        });

        CommandRun again = Run();
        Assert.Equal(2, Regex.Count(again.Error, "already finished"));
        Assert.Equal(
            before,
            Files().Where(file => file.EndsWith("html", StringComparison.Ordinal))
                .Select(file => File.ReadAllText(Path.Combine(Out, file))));
    }

    private string[] Files() =>
    [
        .. Directory.GetFiles(Out, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Out, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    private CommandRun All(params string[] arguments) => Run([_first, _second, _third], arguments);

    private CommandRun Run(IReadOnlyList<Study> studies, params string[] arguments) =>
        Run(studies, new StringWriter(), CancellationToken.None, arguments);

    private CommandRun All(StringWriter error, CancellationToken cancellationToken, params string[] arguments) =>
        Run([_first, _second, _third], error, cancellationToken, arguments);

    private CommandRun Run(
        IReadOnlyList<Study> studies, StringWriter error, CancellationToken cancellationToken, params string[] arguments) => CommandRun.Of(
        ["study", "all", "--data", _images.Folder, "--out", Out, .. arguments], studies, new StringWriter(), error, cancellationToken);
}
