using System.Text;

namespace Evenkeel.Data;

/// <summary>Recognizes the page that a server sends in place of a file.</summary>
internal static class HtmlPage
{
    /// <summary>What is wrong with such a file, as the predicate of a sentence.</summary>
    public const string Problem = "is an HTML page, perhaps of an error in a download";

    /// <summary>The most bytes that are needed to recognize a page.</summary>
    public const int Beginning = 64;

    /// <summary>Whether a file that begins with these bytes is a page.</summary>
    public static bool BeginsWith(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.TrimStart("\ufeff \t\r\n"u8);
        return Ascii.EqualsIgnoreCase(text[..Math.Min(14, text.Length)], "<!doctype html"u8)
            || Ascii.EqualsIgnoreCase(text[..Math.Min(5, text.Length)], "<html"u8);
    }
}
