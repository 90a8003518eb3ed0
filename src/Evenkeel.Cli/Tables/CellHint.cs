using System.Globalization;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;

namespace Evenkeel.Cli.Tables;

/// <summary>What is the matter with a cell that is not a finite number, where it can be told, and what helps.</summary>
internal static class CellHint
{
    private static readonly string[] DateFormats =
        ["yyyy-M-d", "yyyy/M/d", "d.M.yyyy", "M/d/yyyy", "d/M/yyyy", "yyyy-M-d H:m", "yyyy-M-d H:m:s", "yyyy-M-dTH:m:s", "yyyy-M-dTH:m:sZ"];

    /// <summary>The end of a sentence that begins with the cell.</summary>
    public static string Of(string text, CellKind kind, NumberFormatInfo numbers)
    {
        string cell = text.Trim();
        if (kind == CellKind.Infinity)
        {
            return cell.Any(char.IsAsciiDigit) ? " is beyond the largest number, about 1.8E+308" : " is infinite";
        }

        NumberFormatInfo other = numbers.NumberDecimalSeparator == "." ? NumberCulture.Comma : NumberCulture.Point;
        string culture = other == NumberCulture.Comma ? "de" : "en";
        return IsNumber(cell, other) ? $" is not a number here; with --culture {culture} it is"
            : IsNumber(string.Concat(cell.Where(c => !IsThousandsSeparator(c, numbers))), numbers)
                ? " is not a number: separators of thousands are not read, remove them"
            : DateTime.TryParseExact(cell, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? " is a date, not a number"
            : " is not a number";
    }

    private static bool IsNumber(string text, NumberFormatInfo numbers) =>
        text.Any(char.IsAsciiDigit) && !text.Any(char.IsControl) && double.TryParse(text, NumberStyles.Float, numbers, out _);

    private static bool IsThousandsSeparator(char c, NumberFormatInfo numbers) =>
        (c is ',' or '.' or '\'' or '’' or '_' or ' ' or '\u00A0' or '\u2009' or '\u202F') && c != numbers.NumberDecimalSeparator[0];
}
