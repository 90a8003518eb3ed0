using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Cli.Tests.Rendering;

/// <summary>Every table of the command on a terminal of 80 columns.</summary>
public sealed class TableWidthTests : IDisposable
{
    private const int Width = 80;

    private readonly CsvFolder _folder = new();
    private readonly SmallImages _images = new();

    public void Dispose()
    {
        _folder.Dispose();
        _images.Dispose();
    }

    [Fact]
    public void Tables_of_studies_fit_80_columns_without_broken_words() => Assert.All(StudyCatalog.All, study =>
    {
        StudyInput input = MadeUp.Input(count: 1_000, seeds: Verdict.MinSeeds) with { Shortening = 1_000 };
        StudyTable table = study.Run(study.TakesImages ? input : input with { Images = null }).Table;
        string[] cells = [.. table.Columns.Select(column => column.Name), .. table.Rows.SelectMany(row => row.Select(cell => cell.Text))];
        string onTerminal = Written(table, Width), piped = Written(table, width: null);
        AssertFits(onTerminal);
        Assert.Equal(Words(string.Join(' ', cells)), Words(onTerminal));
        Assert.Equal(1 + 1 + table.Rows.Count, Lines(piped).Length - 1);
    });

    [Fact]
    public void The_table_of_all_studies_fits_80_columns()
    {
        var output = new StringWriter();
        var index = new SeriesIndex(SeriesIndex.CurrentSchema, "1.2.3", 3, "MNIST", "", []);
        SeriesRendering.WriteTable(Live(output), StudyCatalog.All, index, []);
        AssertFits(output.ToString());
    }

    [Fact]
    public void Tables_of_models_fit_80_columns_and_have_one_line_per_row_in_a_pipe()
    {
        Sequential network = SmallModels.Convolutional(_images);
        SmallModels.SaveConvolutional(network, _folder.PathOf("a.evenkeel"));
        ((BatchNorm)network.LayerAt("norm1")).Weight!.Value[0] = 2;
        SmallModels.SaveConvolutional(network, _folder.PathOf("b.evenkeel"));
        string a = _folder.PathOf("a.evenkeel"), b = _folder.PathOf("b.evenkeel");
        string[][] commands =
        [
            ["model", "inspect", a],
            ["model", "compare", a, b],
            ["model", "recalibrate", a, "--data", _images.Folder, "--out", _folder.PathOf("c.evenkeel")],
        ];
        Assert.All(commands, arguments =>
        {
            var output = new StringWriter();
            EvenkeelCommand.Run(arguments, Live(output), CancellationToken.None);
            Assert.All(Lines(output.ToString()).Where(line => !IsSentence(line)), line => Assert.InRange(line.Length, 0, Width));
            Assert.Contains(
                CommandRun.Of(arguments).OutputLines,
                line => !IsSentence(line) && (line.Length > Width || arguments[1] == "compare"));
        });

        static bool IsSentence(string line) =>
            line.Contains(": ", StringComparison.Ordinal) || line.Contains("evenkeel", StringComparison.Ordinal);
    }

    /// <summary>A terminal of 80 columns.</summary>
    private static Terminal Live(StringWriter output)
    {
        var terminal = new Terminal(output, output, IsLive: true);
        terminal.Console.Profile.Width = Width;
        return terminal;
    }

    private static string Written(StudyTable table, int? width)
    {
        var output = new StringWriter();
        StudyRendering.Table(new Terminal(output, output, IsLive: false), table).Write(output, width);
        return output.ToString();
    }

    private static void AssertFits(string text)
    {
        Assert.NotEmpty(text);
        Assert.All(Lines(text), line => Assert.InRange(line.Length, 0, Width));
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine);

    private static IEnumerable<string> Words(string text) =>
        text.Split([' ', '\r', '\n', '─', '-'], StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal);
}
