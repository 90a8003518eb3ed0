using System.Text;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Studies.Tests.AllStudies;

public class SeriesTableTests
{
    [Fact]
    public void A_row_has_claim_source_numbers_and_verdict()
    {
        string[] lines = Write(SeriesPageTests.Index()).Split('\n');
        Study first = SeriesPageTests.Studies[0];
        Assert.Contains($"| `init-scale` | {first.Claim} | {first.Published} | 1 of 16 scales | does not hold | 1,234.5 |", lines);
        Assert.Contains(lines, line => line.StartsWith("| `feature-scaling` |", StringComparison.Ordinal)
            && line.EndsWith("| not possible |  |", StringComparison.Ordinal));
        Assert.Contains("2 claims: 1 does not hold, 1 not possible.", lines);
    }

    [Fact]
    public void Verdicts_on_other_data_are_columns()
    {
        SeriesIndex index = SeriesPageTests.Index();
        string[] lines = Write(index, index with { Data = "fashion|mnist" }).Split('\n');

        Assert.Contains(@"| study | claim | its source reports | here | MNIST | fashion\|mnist | seconds |", lines);
        Assert.Contains("| --- | --- | --- | --- | --- | --- | ---: |", lines);
        Assert.Contains(lines, line => line.EndsWith("| does not hold | does not hold | 1,234.5 |", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("| not possible | its own data |  |", StringComparison.Ordinal));
        Assert.Contains(@"On fashion\|mnist: 1 does not hold.", lines);
        Assert.Contains(@"- fashion\|mnist: 3 seeds, Evenkeel 1.2.3, commit 0123456789, 1,234.5 seconds", lines);
        Assert.Contains(lines, line => line.EndsWith("--markdown docs/studies.md --compare FOLDER", StringComparison.Ordinal));
    }

    [Fact]
    public void Data_seeds_version_and_machine_stand_below()
    {
        string[] lines = Write(SeriesPageTests.Index()).Split('\n');
        Assert.All(
            ["- data: MNIST, where a study takes images", "- seeds: 3", "- version: Evenkeel 1.2.3, commit 0123456789",
                "- machine: a machine", "- seconds in all: 1,234.5"],
            line => Assert.Contains(line, lines));
    }

    [Fact]
    public void Text_from_elsewhere_stays_in_its_line_and_cell()
    {
        const string Attack = "a | b\n\n# c\r| d |\u2028e";
        string plain = Write(SeriesPageTests.Index("x", "x", "x")), attacked = Write(SeriesPageTests.Index(Attack, Attack, Attack));
        Assert.Equal(plain.Split('\n').Length, attacked.Split('\n').Length);
        Assert.Contains(@"a \| b # c \| d \| e", attacked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("With 11 of 16 scales, 0.6; 2 × 10⁻³ (50 %)!", "With 11 of 16 scales, 0.6; 2 × 10⁻³ (50 %)!")]
    [InlineData("*a* _b_ `c` ~~d~~ $e$", @"\*a\* \_b\_ \`c\` \~\~d\~\~ \$e\$")]
    [InlineData("![a](b) <b>&lt;\\", @"!\[a\](b) \<b\>\&lt;\\")]
    [InlineData("http://a.b www.a.b WWW.c me@a.b Wine: 3", @"http\://a.b www\.a.b WWW\.c me\@a.b Wine: 3")]
    [InlineData("\e[31m\tred\0", @"\[31m red")]
    public void What_Markdown_would_take_for_markup_is_escaped(string text, string escaped) => Assert.Equal(escaped, Markdown.Text(text));

    internal static string Write(SeriesIndex index, params SeriesIndex[] others)
    {
        using var stream = new MemoryStream();
        SeriesTable.Write(stream, SeriesPageTests.Studies, index, others);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
