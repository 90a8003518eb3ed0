using System.Globalization;

namespace Evenkeel.Tables.Csv;

/// <summary>The number formats of cultures: a decimal point or comma, and no thousands separators.</summary>
/// <remarks>
/// Decimal separators come from a table in the command, because culture data of the system, where there are any, differ between
/// machines and versions. Thousands separators are refused, because 1,5 could then be fifteen.
/// </remarks>
internal static class NumberCulture
{
    // The two-letter languages of ISO 639-1, and four that it withdrew.
    private const string Languages =
        " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo"
        + " es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji"
        + " jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
        + " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st"
        + " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";

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

        if (parts[0].Length == 2 && !Languages.Contains($" {parts[0]} ", StringComparison.Ordinal))
        {
            return null; // such as dk and jp, which are countries
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
        numbers.NumberGroupSeparator = ""; // the parser accepts thousands separators
        return NumberFormatInfo.ReadOnly(numbers);
    }
}
