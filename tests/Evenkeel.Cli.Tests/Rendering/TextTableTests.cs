using Evenkeel.Cli.Rendering;

namespace Evenkeel.Cli.Tests.Rendering;

public class TextTableTests
{
    private static readonly string[][] Rows =
    [
        ["layer", "mean of the first", "mean of the last", "remark"],
        ["conv1", "1.25 (1 to 1.5)", "-3", "within the tolerance"],
        ["norm1", "0", "123.456", ""],
    ];

    [Fact]
    public void Without_a_width_each_row_is_a_line() => Assert.Equal(
        [
            "layer  mean of the first  mean of the last  remark",
            "conv1    1.25 (1 to 1.5)                -3  within the tolerance",
            "norm1                  0           123.456",
        ],
        Lines(null));

    [Fact]
    public void Headings_are_broken_first() => Assert.Equal(
        [
            "layer      mean of the  mean of the  remark",
            "                 first         last",
            "conv1  1.25 (1 to 1.5)           -3  within the tolerance",
            "norm1                0      123.456",
        ],
        Lines(57));

    [Fact]
    public void Columns_that_do_not_fit_follow_below() => Assert.Equal(
        [
            "layer      mean of the  mean of",
            "                 first      the",
            "                           last",
            "conv1  1.25 (1 to 1.5)       -3",
            "norm1                0  123.456",
            "",
            "layer  remark",
            "conv1  within the tolerance",
            "norm1",
        ],
        Lines(31));

    [Fact]
    public void A_cell_is_broken_at_spaces_where_it_fits_nowhere_else() => Assert.Equal(
        [
            "layer  mean of",
            "           the",
            "         first",
            "conv1  1.25 (1",
            "       to 1.5)",
            "norm1        0",
        ],
        Lines(14)[..6]);

    [Fact]
    public void A_rule_follows_the_header_and_colours_take_no_space()
    {
        var output = new StringWriter();
        new TextTable([["a", "b"], ["1", "2"]]) { Indent = "  ", Rule = '-', Paint = (row, _, text) => row == 1 ? $"<{text}>" : text }
            .Write(output, 80);
        Assert.Equal(["  a  b", "  ----", "  <1>  <2>", ""], output.ToString().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(31)]
    [InlineData(40)]
    [InlineData(60)]
    public void No_line_is_too_long_and_no_word_is_broken_or_lost(int width)
    {
        string[] lines = Lines(width);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        string[] words = [.. Rows.SelectMany(row => row).SelectMany(cell => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string[] shown = [.. lines.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(words.Distinct().Order(), shown.Distinct().Order());
    }

    private static string[] Lines(int? width)
    {
        var output = new StringWriter();
        new TextTable(Rows, 0, 3).Write(output, width);
        return output.ToString().Split(Environment.NewLine)[..^1];
    }
}
