using System.Text.RegularExpressions;
using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests;

/// <summary>The pages of docs/learn, in English and Chinese: what they quote is what the command prints.</summary>
public partial class LearnPagesTests
{
    private const string Ellipsis = "…";

    private static readonly string Repository = FindRepository();

    private static readonly string Folder = Path.Combine(Repository, "docs", "learn");

    /// <summary>The pages, with Chinese ones as zh-CN/NAME.</summary>
    public static TheoryData<string> Pages => [.. PagesIn("").Concat(PagesIn("zh-CN").Select(name => $"zh-CN/{name}"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Quoted_output_is_that_of_the_command(string page)
    {
        foreach (string[] quotation in Quotations(page))
        {
            CommandRun run = CommandRun.Of(Arguments(quotation[0]));

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            int next = 0;
            foreach (string[] lines in Parts(quotation[1..]))
            {
                next = EndOf(lines, run.OutputLines, next);
                Assert.True(
                    next >= 0, $"{page}: '{quotation[0][2..]}' does not print, after what is quoted before:\n{string.Join('\n', lines)}");
            }
        }
    }

    [Fact]
    public void Each_page_has_a_counterpart_with_the_same_quotations_pictures_and_studies()
    {
        Assert.Equal(PagesIn(""), PagesIn("zh-CN"));
        Assert.All(PagesIn(""), page =>
        {
            Assert.Equal(Quotations(page), Quotations($"zh-CN/{page}"));
            Assert.Equal(Pictures(page), Pictures($"zh-CN/{page}"));
            Assert.Equal(Verdicts(page), Verdicts($"zh-CN/{page}"));
            Assert.Equal(Headings(page), Headings($"zh-CN/{page}"));
        });
        Assert.True(PagesIn("").Sum(page => Quotations(page).Count) >= 20);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Verdicts_are_those_of_the_table_of_studies(string page)
    {
        string table = File.ReadAllText(Path.Combine(Repository, "docs", "studies.md"));

        Assert.All(Verdicts(page), stated =>
        {
            string row = table.Split('\n').Single(line => line.StartsWith($"| `{stated.Study}` |", StringComparison.Ordinal));
            Assert.Equal(stated.Verdict, Bar.Split(row)[5].Trim()); // of the digits
        });
    }

    [Fact]
    public void The_Chinese_readme_shows_code_of_the_English_one()
    {
        string english = File.ReadAllText(Path.Combine(Repository, "README.md"));
        string[] examples = [.. CSharp.Matches(File.ReadAllText(Path.Combine(Repository, "README.zh-CN.md"))).Select(match => match.Value)];

        Assert.True(examples.Length >= 3);
        Assert.All(examples, example => Assert.Contains(example, english, StringComparison.Ordinal));
    }

    private static string[] PagesIn(string language) =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, language), "*.md")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    private static string Read(string page) => File.ReadAllText(Path.Combine(Folder, page)).ReplaceLineEndings("\n");

    // The lines of each fenced block that begins with "$ evenkeel explain".
    private static List<string[]> Quotations(string page) =>
        [.. Quotation.Matches(Read(page)).Select(match => match.Groups["lines"].Value.TrimEnd('\n').Split('\n'))];

    // Paths of files of the repository are those from its root.
    private static string[] Arguments(string command) =>
        [.. command["$ evenkeel ".Length..].Split(' ').Select(
            argument => argument.StartsWith("docs/", StringComparison.Ordinal) ? Path.Combine(Repository, argument) : argument)];

    // What stands between lines that are left out.
    private static IEnumerable<string[]> Parts(string[] lines)
    {
        var part = new List<string>();
        foreach (string line in lines.Append(Ellipsis))
        {
            if (line != Ellipsis)
            {
                part.Add(line);
            }
            else if (part.Count > 0)
            {
                yield return [.. part];
                part.Clear();
            }
        }
    }

    // The index behind the first occurrence, or −1.
    private static int EndOf(string[] lines, string[] output, int start)
    {
        for (int i = start; i + lines.Length <= output.Length; i++)
        {
            if (output.AsSpan(i, lines.Length).SequenceEqual(lines))
            {
                return i + lines.Length;
            }
        }

        return -1;
    }

    private static string[] Pictures(string page) =>
        [.. Picture.Matches(Read(page)).Select(match => Path.GetFileName(match.Groups["path"].Value))];

    // Each "`evenkeel study NAME`: *verdict*"; between the two there may be some words.
    private static (string Study, string Verdict)[] Verdicts(string page) =>
        [.. Verdict.Matches(Read(page)).Select(match => (match.Groups["study"].Value, match.Groups["verdict"].Value switch
        {
            "成立" => "holds",
            "未能证实" => "not shown",
            "不成立" => "does not hold",
            string english => english,
        }))];

    private static int Headings(string page) => Heading.Count(Fence.Replace(Read(page), ""));

    private static string FindRepository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Evenkeel.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex(@"^```\n(?<lines>\$ evenkeel explain .*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Quotation { get; }

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence { get; }

    [GeneratedRegex(@"!\[[^\]]+\]\((?<path>[^)]+)\)")]
    private static partial Regex Picture { get; }

    [GeneratedRegex(@"`evenkeel\s+study\s+(?<study>[a-z-]+)`[:：]?[^*`\n]{0,30}\*+(?<verdict>holds|not shown|does not hold|成立|未能证实|不成立)\*")]
    private static partial Regex Verdict { get; }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar { get; }

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("```csharp\n.*?```", RegexOptions.Singleline)]
    private static partial Regex CSharp { get; }
}
