using System.Text.RegularExpressions;

namespace Evenkeel.Tests.Support;

/// <summary>Code in test sources that a page of docs shows: what stands between the lines "// docs/PAGE" and "// end".</summary>
internal static class DocumentedCode
{
    private static readonly Regex Marked = new(
        @"^ *// docs/(?<page>\S+)\n(?<code>.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline);

    /// <summary>The pages and what they must contain, in the order of the source.</summary>
    /// <param name="source">The test's source file, relative to the repository.</param>
    public static IReadOnlyList<(string Page, string Code)> In(string source) =>
    [
        .. Marked.Matches(File.ReadAllText(Path.Combine(Repository.Root, source)))
            .Select(match => (match.Groups["page"].Value, Unindent(match.Groups["code"].Value))),
    ];

    /// <summary>The text of a page of docs.</summary>
    public static string Page(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page));

    /// <summary>Code without the indentation of its first line.</summary>
    public static string Unindent(string code)
    {
        string[] lines = code.TrimEnd().Split('\n');
        int indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line));
    }
}
