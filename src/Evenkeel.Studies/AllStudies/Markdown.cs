using System.Text.RegularExpressions;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Escapes text for Markdown.</summary>
internal static partial class Markdown
{
    /// <summary>Returns the text on one line, escaped so that it cannot become markup, inside or outside a table cell.</summary>
    public static string Text(string text) => Markup().Replace(Blank().Replace(text, " "), @"\$&").Trim();

    /// <summary>Characters with a meaning inside a line, or that would turn an address into a link.</summary>
    [GeneratedRegex(@"[\\`*_\[\]<>|&~$@]|:(?=//)|(?<=\bwww)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Markup();

    [GeneratedRegex(@"[\p{C}\p{Z}]+")]
    private static partial Regex Blank();
}
