using System.Text.RegularExpressions;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Texts as they stand in a page in Markdown.</summary>
internal static partial class Markdown
{
    /// <summary>Text on one line that cannot become markup, in a table's cell or out of it.</summary>
    public static string Text(string text) => Markup().Replace(Blank().Replace(text, " "), @"\$&").Trim();

    /// <summary>What means something within a line, and what would make a link of an address.</summary>
    [GeneratedRegex(@"[\\`*_\[\]<>|&~$@]|:(?=//)|(?<=\bwww)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Markup();

    [GeneratedRegex(@"[\p{C}\p{Z}]+")]
    private static partial Regex Blank();
}
