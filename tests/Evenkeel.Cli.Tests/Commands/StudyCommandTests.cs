using System.Text.Json;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class StudyCommandTests : IDisposable
{
    private static readonly string[] Files = ["report.html", "results.csv", "results.json"];
    private static readonly string[] PartialFiles = ["report.partial.html", "results.partial.csv", "results.partial.json"];
    private readonly SmallImages _images = new();
    private readonly string _out = Directory.CreateTempSubdirectory("evenkeel-").FullName;

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(_out, recursive: true);
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void People_get_a_table_with_a_row_per_scale_and_the_names_of_the_files()
    {
        CommandRun run = Study();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1.00000", run.Output, StringComparison.Ordinal);
        Assert.Contains("0.00010", run.Output, StringComparison.Ordinal);
        Assert.Contains("of 16 scales reach an accuracy of 0.6", run.Output, StringComparison.Ordinal);
        Assert.Contains("32 of 32 networks", run.Output, StringComparison.Ordinal);
        Assert.Contains("Verdict: not shown. With batch", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Equal(Files, Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(
            Files,
            file => Assert.Contains($"  {Path.Combine(_out, file)}{Environment.NewLine}", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_is_a_plain_line_on_standard_error_per_tenth()
    {
        string[] lines = Study().Error.Split(Environment.NewLine)[..^1];
        Assert.Equal(10, lines.Length);
        Assert.All(lines[..^1], line => Assert.Matches(@"^init-scale: \d+ of 32 networks, \d+ s left$", line));
        Assert.Equal("init-scale: 32 of 32 networks", lines[^1]);
    }

    [Fact]
    public void Json_is_one_line_with_all_scales_and_nothing_else()
    {
        CommandRun run = Study("--json");
        JsonElement json = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        Assert.Equal("init-scale", json.GetProperty("study").GetString());
        Assert.True(json.GetProperty("completed").GetBoolean());
        Assert.Equal("not shown", json.GetProperty("verdict").GetString());
        Assert.Equal(16, json.GetProperty("scales").GetArrayLength());
        Assert.All(json.GetProperty("scales").EnumerateArray(), scale => Assert.InRange(scale.GetProperty("batch").GetDouble(), 0, 1));
        Assert.Equal(3, json.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public void Feature_scaling_is_decided_on_tables_of_its_own()
    {
        CommandRun run = CommandRun.Of("study", "feature-scaling", "--out", _out);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "Verdict: holds. Synthetic: 2 steps on standardized features, more than 1,000,000 on raw ones.",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains("42 of 42 descents", run.Output, StringComparison.Ordinal);
        Assert.All(
            run.OutputLines.SkipWhile(line => !line.Contains("───", StringComparison.Ordinal)).Take(15),
            line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(14, run.OutputLines.Count(
            line => line.StartsWith("  synthetic ", StringComparison.Ordinal) || line.StartsWith("  wine ", StringComparison.Ordinal)));
        Assert.Equal(Files, Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Feature_scaling_tells_programs_the_steps_of_each_scaling()
    {
        CommandRun run = CommandRun.Of("study", "feature-scaling", "--seeds", "1", "--json", "--out", _out);
        JsonElement json = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        JsonElement[] scalings = [.. json.GetProperty("scalings").EnumerateArray()];
        Assert.Equal(14, scalings.Length);
        Assert.Equal(JsonValueKind.Null, scalings[0].GetProperty("steps").ValueKind);
        Assert.InRange(scalings[0].GetProperty("computed_steps").GetInt64(), 1_000_000_000, long.MaxValue);
        Assert.All(scalings, scaling => Assert.InRange(scaling.GetProperty("condition_number").GetDouble(), 1, 1e12));
        Assert.Equal("not shown", json.GetProperty("verdict").GetString());
    }

    [Fact]
    public void Help_lists_the_studies()
    {
        string help = CommandRun.Of("study", "--help").Output;
        Assert.All(
            ["Studies:", "  init-scale", "  feature-scaling", "  all", "--markdown FILE", "How many steps"],
            words => Assert.Contains(words, help, StringComparison.Ordinal));
    }

    [Fact]
    public void Seeds_say_how_often_each_network_is_trained()
    {
        CommandRun.Of("study", "init-scale", "--seeds", "2", "--data", _images.Folder, "--out", _out);
        string[] lines = File.ReadAllLines(Path.Combine(_out, "results.csv"));
        Assert.Equal("scale,normalization,seed,update,train_accuracy", lines[0]);
        Assert.Equal(16 * 2 * 2 * 20, lines.Length - 1);
    }

    [Fact]
    public void Files_go_to_a_folder_named_for_the_study_unless_told_otherwise()
    {
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _out;
            CommandRun run = CommandRun.Of("study", "init-scale", "--seeds", "1", "--data", _images.Folder);
            string shown = Path.Combine("evenkeel-out", "init-scale", "report.html");
            Assert.Contains($"  {shown}{Environment.NewLine}", run.Output, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(_out, shown)));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void An_end_in_the_middle_writes_what_was_finished_and_is_exit_code_1()
    {
        using var error = new CancellingWriter("networks");
        CommandRun run = CommandRun.Of(
            ["study", "init-scale", "--data", _images.Folder, "--out", _out, "--json"], new StringWriter(), error, error.Token);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            $"evenkeel: interrupted; the results hold the networks that were finished.{Environment.NewLine}",
            run.Error,
            StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(run.Output).RootElement.GetProperty("completed").GetBoolean());
        Assert.Equal(PartialFiles, Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.InRange(File.ReadAllLines(Path.Combine(_out, "results.partial.csv")).Length - 1, 20, 16 * 2 * 3 * 20 - 20);
    }

    [Theory]
    [InlineData("there is no study 'foo'; the studies are: init-scale", "foo")]
    [InlineData("or all. Did you mean 'gradient-flow'? Try 'evenkeel study --help'.", "gradient-flwo")]
    [InlineData("--markdown applies to 'study all'", "feature-scaling", "--markdown", "file.md")]
    [InlineData("--markdown ''", "all", "--markdown", "")]
    [InlineData("--out ''", "all", "--out", "")]
    [InlineData("NAME", new string[0])]
    [InlineData("'more'", "init-scale", "more")]
    [InlineData("the study feature-scaling has data of its own, and takes no --data", "feature-scaling", "--data", "folder")]
    [InlineData("--seeds '0'", "init-scale", "--seeds", "0")]
    [InlineData("--seeds '1001'", "init-scale", "--seeds", "1001")]
    [InlineData("--threads '0'", "init-scale", "--threads", "0")]
    [InlineData("--out ''", "init-scale", "--out", "")]
    [InlineData("--out ' '", "init-scale", "--out", " ")]
    [InlineData("no option '--epochs'", "init-scale", "--epochs", "3")]
    public void An_invalid_command_line_is_one_line_and_exit_code_2(string words, params string[] arguments) =>
        CommandRun.Of(["study", .. arguments]).AssertRefused(2, words, "'evenkeel study --help'");

    [Fact]
    public void A_file_in_the_way_of_the_output_is_refused_before_the_work()
    {
        string file = Path.Combine(_out, "file");
        File.WriteAllText(file, "");
        CommandRun.Of("study", "init-scale", "--out", file).AssertRefused(1, $"'{file}'");
        CommandRun.Of("study", "init-scale", "--out", Path.Combine(file, "below")).AssertRefused(1, Path.Combine(file, "below"));
        CommandRun.Of("study", "init-scale", "--out", Path.Combine(_out, new string('x', 5000))).AssertRefused(1, "cannot write");
    }

    [Fact]
    public void One_image_is_refused_for_there_is_no_variance()
    {
        using var one = new SmallImages(trainCount: 1);
        CommandRun.Of("study", "init-scale", "--data", one.Folder, "--out", _out).AssertRefused(1, "at least 2");
    }

    [Fact]
    public void A_folder_with_a_strange_name_stays_on_its_line()
    {
        string strange = Directory.CreateDirectory(Path.Combine(_out, "new\nline \e[31mred [bold]")).FullName;
        foreach (string file in Directory.GetFiles(_images.Folder))
        {
            File.Copy(file, Path.Combine(strange, Path.GetFileName(file)));
        }

        CommandRun run = CommandRun.Of("study", "init-scale", "--seeds", "1", "--data", strange, "--out", strange);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Train accuracy on new line [31mred [bold] after", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
    }

    private CommandRun Study(params string[] arguments) =>
        CommandRun.Of(["study", "init-scale", "--seeds", "1", "--data", _images.Folder, "--out", _out, .. arguments]);
}
