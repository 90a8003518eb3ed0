using System.Globalization;
using System.Text;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// The table of lengths in the documentation is that of the files. To write it anew, run this test with
/// <c>EVENKEEL_WRITE_LENGTHS=1</c>.
/// </summary>
public class NormalizerLengthTests
{
    private const string Begin = "<!-- Written by NormalizerLengthTests. -->\n";
    private const string End = "<!-- The end of what NormalizerLengthTests writes. -->\n";

    private static readonly string[] Classes =
    [
        "BatchNorm", "LayerNorm", "RmsNorm", "InstanceNorm", "GroupNorm", "BatchRenorm", "CrossIterationBatchNorm", "GhostBatchNorm",
        "AccumulatedBatchNorm",
    ];

    [Fact]
    public void The_documented_lengths_are_those_of_the_files()
    {
        string path = Path.Combine(Repository.Root, "docs/normalizers/README.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        string table = Table();
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_LENGTHS") == "1")
        {
            page = page[..begin] + table + page[end..];
            File.WriteAllText(path, page);
            end = begin + table.Length;
        }

        Assert.Equal(table, page[begin..end]);
    }

    private static string Table()
    {
        var text = new StringBuilder("| class | lines | of them code |\n| --- | --- | --- |\n");
        foreach (string name in Classes)
        {
            string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, $"src/Evenkeel/Normalization/{name}.cs"));
            int code = lines.Count(line => line.Trim() is { Length: > 0 } words && !words.StartsWith("//", StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {lines.Length} | {code} |\n");
        }

        return text.ToString();
    }
}
