using System.Text.RegularExpressions;
using Evenkeel.Architecture.Tests.Support;

namespace Evenkeel.Architecture.Tests;

/// <summary>Links between the pages of the repository lead somewhere.</summary>
public partial class DocumentLinkTests
{
    [Fact]
    public void Every_relative_link_has_a_target()
    {
        IEnumerable<string> broken =
            from page in Repository.Files("", ".md")
            from Match link in Link.Matches(CodeBlock.Replace(Repository.Read(page), ""))
            let target = link.Groups["target"].Value
            where !Exists(page, target)
            select $"{page}: {target}";

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("README.md", "docs/studies.md", true)]
    [InlineData("README.md", "docs/decisions", true)]
    [InlineData("docs/studies.md", "../README.md#train-a-network", true)]
    [InlineData("README.md", "#licence", true)]
    [InlineData("README.md", "docs/nothing.md", false)]
    [InlineData("README.md", "#nothing", false)]
    [InlineData("docs/studies.md", "README.md", false)]
    public void A_target_is_a_file_a_folder_or_a_heading(string page, string target, bool exists) =>
        Assert.Equal(exists, Exists(page, target));

    private static bool Exists(string page, string target)
    {
        string[] parts = target.Split('#');
        string path = Path.Combine(
            Repository.Root, Repository.FolderOf(page), parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : Path.GetFileName(page));
        return parts.Length == 1 || !path.EndsWith(".md", StringComparison.Ordinal)
            ? Path.Exists(path)
            : File.Exists(path) && Heading.Matches(CodeBlock.Replace(File.ReadAllText(path), ""))
                .Any(heading => Anchor(heading.Groups["text"].Value) == parts[1]);
    }

    // As GitHub makes it: lower case, spaces as hyphens, no punctuation.
    private static string Anchor(string heading) => NotInAnchor.Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:|mailto:)(?<target>[^)\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"^(?<fence>```+|~~~+).*?^\k<fence>", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    [GeneratedRegex(@"^#+ +(?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NotInAnchor { get; }
}
