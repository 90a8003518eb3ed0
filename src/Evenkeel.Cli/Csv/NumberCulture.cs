using System.Globalization;

namespace Evenkeel.Cli.Csv;

/// <summary>The number formats of cultures: a decimal point or comma, and no thousands separators.</summary>
/// <remarks>
/// Decimal separators come from a table in the command, because culture data of the system, where there are any, differ between
/// machines and versions. Thousands separators are refused, because 1,5 could then be fifteen.
/// </remarks>
internal static class NumberCulture
{
    // From the Unicode Common Locale Data Repository, version 42.
    private const string CommaLanguages =
        " af agq ast az bas be bg br bs ca cs cv da de dsb dua dyo el eo es et eu ewo ff fi fo fr fur fy gl hr hsb hu hy ia id is it jgo jv"
        + " ka kab kea kgp kk kkj kl km ksf ksh ku ky lb ln lo lt lu lv mgh mk mua nb nl nmg nn nnh no os pl pt rn ro ru rw sah sc se seh"
        + " sg shi sk sl smn sq sr su sv tg tk tr tt tzm uk uz vi wae wo yav yrl zgh ";
    private const string CommaExceptions =
        " ar-dz ar-ly ar-ma ar-tn en-at en-be en-de en-dk en-fi en-nl en-se en-si en-za ms-bn ms-id sw-cd ";
    private const string PointExceptions =
        " de-ch de-li es-419 es-br es-bz es-cu es-do es-gt es-hn es-mx es-ni es-pa es-pe es-pr es-sv es-us it-ch ";

    /// <summary>Numbers with a decimal point.</summary>
    public static NumberFormatInfo Point { get; } = Create(".");

    /// <summary>Numbers with a decimal comma.</summary>
    public static NumberFormatInfo Comma { get; } = Create(",");

    /// <summary>The number format of a culture such as en-US or de-DE; null if the name is invalid.</summary>
    public static NumberFormatInfo? Of(string name)
    {
        string[] parts = name.ToLowerInvariant().Split('-', '_');
        if (parts[0].Length is < 2 or > 3 || !parts.All(part => part.Length is >= 2 and <= 8 && part.All(char.IsAsciiLetterOrDigit)))
        {
            return null;
        }

        string region = $" {parts[0]}-{parts[^1]} ";
        bool comma = !PointExceptions.Contains(region, StringComparison.Ordinal)
            && (CommaLanguages.Contains($" {parts[0]} ", StringComparison.Ordinal)
                || CommaExceptions.Contains(region, StringComparison.Ordinal));
        return comma ? Comma : Point;
    }

    private static NumberFormatInfo Create(string decimalSeparator)
    {
        var numbers = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        numbers.NumberDecimalSeparator = decimalSeparator;

        // The parser accepts thousands separators, so this is one that nobody writes.
        numbers.NumberGroupSeparator = "\u001f";
        return NumberFormatInfo.ReadOnly(numbers);
    }
}
