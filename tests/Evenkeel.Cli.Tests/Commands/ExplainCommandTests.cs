using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Explanations;
using Evenkeel.Explanations.Methods;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public static TheoryData<string> Names => [.. ExplanationCatalog.All.Select(entry => entry.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_number_fits_into_80_columns(string name)
    {
        CommandRun run = CommandRun.Of("explain", name);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(run.OutputLines.Where(IsNumbers), line => Assert.True(new StringInfo(line).LengthInTextElements <= 80, line));
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);

        // Sentences are not wrapped in files and pipes.
        static bool IsNumbers(string line) => line.StartsWith("     ", StringComparison.Ordinal) && !line.EndsWith('.');
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_study_and_the_page_of_the_documentation_exist(string name)
    {
        ExplanationEntry entry = ExplanationCatalog.All.Single(one => one.Name == name);
        Explanation explanation = entry.Explain(entry.DefaultInput);

        Assert.Equal(name, explanation.Name);
        Assert.True(File.Exists(Path.Combine(Repository, explanation.Documentation)), explanation.Documentation);
        Assert.True(explanation.Study is null || StudyCatalog.All.Any(study => study.Name == explanation.Study), explanation.Study);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_holds_every_number_and_nothing_from_outside(string name)
    {
        CommandRun run = CommandRun.Of("explain", name, "--out", _folder.PathOf("page.html"), "--json");
        string page = File.ReadAllText(_folder.PathOf("page.html"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(run.Output.Trim(), page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script src", page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("</script>").Length);
        _ = JsonNode.Parse(run.Output);
    }

    [Fact]
    public void The_default_example_has_the_numbers_one_computes_by_hand()
    {
        CommandRun run = CommandRun.Of("explain", "batch-norm");

        Assert.Contains("first: (2 + 8 + 8 + 10 + 16 + 12 + 10 + 14) / 8 = 10", run.Output, StringComparison.Ordinal);
        Assert.Contains("σ² [C=2]  16  9", run.Output, StringComparison.Ordinal);
        Assert.Contains("Backward in 10 steps", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_come_from_files_of_CSV_and_JSON()
    {
        _folder.Write("x.csv", "a,b,c,d\n1,2,3,4\n5,6,7,9\n");
        _folder.Write("x.json", "[[[[1,2]],[[3,4]]],[[[5,6]],[[7,9]]]]");
        _folder.Write("dy.json", "[[[[1,0]],[[0,1]]],[[[1,1]],[[0,2]]]]");
        string[] rest = ["--gamma", "2,5", "--beta", "3,8", "--epsilon", "0.001", "--json"];

        CommandRun table = _folder.RunWell(
            ["explain", "batch-norm", "--input", "@x.csv", "--sample-shape", "2,1,2", "--dy", "1,0,0,1,1,1,0,2", .. rest]);
        CommandRun arrays = _folder.RunWell(["explain", "batch-norm", "--input", "@x.json", "--dy", "@dy.json", .. rest]);

        Assert.Equal(table.Output, arrays.Output);
        Assert.Contains("\"shape\":[2,2,1,2]", table.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bath-norm", "there is no explanation 'bath-norm'", "batch-norm")]
    [InlineData("batch-norm --groups 2", "--groups does not apply to 'batch-norm'")]
    [InlineData("rms-norm --beta 1,2", "--beta does not apply to 'rms-norm'")]
    [InlineData("scaling --epsilon 0.1", "--epsilon does not apply to 'scaling'")]
    [InlineData("layer-norm --seed 1", "--seed does not apply to 'layer-norm'")]
    [InlineData("batch-norm --gamma 1,2,3", "gamma has 3 values", "2 channels")]
    [InlineData("batch-norm --gamma 1,x", "--gamma '1,x' must be finite numbers")]
    [InlineData("batch-norm --dy 1,2", "dy has 2 values", "one per element")]
    [InlineData("batch-norm --dy 1,zwei", "--dy '1,zwei' must be a .csv or .json file, or finite numbers")]
    [InlineData("batch-norm --epsilon 0", "--epsilon '0' must be")]
    [InlineData("group-norm --groups 3", "4 channels do not fall into 3 equal groups")]
    [InlineData("dropout --probability 1", "--probability '1' must be")]
    [InlineData("batch-norm --out - --json", "standard output cannot be the page and the JSON at once")]
    [InlineData("group-norm --groups 0", "--groups '0' must be")]
    public void A_wrong_option_is_refused(string arguments, params string[] words) =>
        CommandRun.Of(["explain", .. arguments.Split(' ')]).AssertRefused(2, words);

    [Theory]
    [InlineData("[[1,2],[3]]", 1, "arrays of different lengths")]
    [InlineData("[[1,2],[3,\"a\"]]", 1, "where a number should be")]
    [InlineData("[[1,2],[]]", 1, "arrays of different lengths")]
    [InlineData("[]", 1, "an empty array")]
    [InlineData("[[1,2", 1, "is not JSON")]
    [InlineData("{}", 1, "where a number should be")]
    [InlineData("[[[[[[[[[[1]]]]]]]]]]", 1, "is not JSON", "depth")]
    [InlineData("7", 2, "the shape []")]
    [InlineData("[1,2,3]", 2, "the shape [3]")]
    [InlineData("[[1,2],[3,1e39]]", 2, "Value 4 of input is Infinity")]
    [InlineData("[[1,2]]", 2, "one value per channel")]
    public void A_file_that_does_not_hold_an_example_is_refused(string content, int exitCode, params string[] words)
    {
        _folder.Write("x.json", content);

        CommandRun.Of("explain", "batch-norm", "--input", _folder.PathOf("x.json")).AssertRefused(exitCode, words);
    }

    [Fact]
    public void A_file_with_more_numbers_than_can_be_shown_is_refused()
    {
        _folder.Write("x.csv", "a\n" + string.Concat(Enumerable.Repeat("1\n", ExplanationInput.MaxElements + 1)));

        CommandRun.Of("explain", "scaling", "--input", _folder.PathOf("x.csv")).AssertRefused(1, "more than 512 numbers");
    }

    [Fact]
    public void The_page_does_not_overwrite_an_input()
    {
        _folder.Write("x.csv", "a,b\n1,2\n3,4\n");

        CommandRun.Of("explain", "scaling", "--input", _folder.PathOf("x.csv"), "--out", _folder.PathOf("x.csv"))
            .AssertRefused(2, "is the input file");
    }

    private static string Repository
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Evenkeel.slnx")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }
}
