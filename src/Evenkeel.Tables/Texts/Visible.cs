using System.Globalization;
using System.Text;

namespace Evenkeel.Tables.Texts;

/// <summary>Makes characters that are not seen, or that change the order of others, visible in messages and tables.</summary>
internal static class Visible
{
    /// <summary>
    /// The text with such characters as their code points: <c>1&lt;U+00A0&gt;234</c>. These are spaces other than U+0020, controls, formats
    /// (zero-width characters, bidirectional controls), unassigned and private characters, and halves of surrogate pairs.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(IsHidden))
        {
            return text;
        }

        var visible = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsHidden(rune))
            {
                visible.Append(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>");
            }
            else
            {
                visible.Append(rune);
            }
        }

        return visible.ToString();
    }

    private static bool IsHidden(Rune rune) => rune.Value != ' ' && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
