using System.Globalization;

namespace Evenkeel.Tables.Texts;

/// <summary>Recognizes dates and times in the formats that tables have them in.</summary>
internal static class DateTexts
{
    private const int Shortest = 8; // 1.1.2000
    private const int Longest = 35;

    private static readonly string[] Days = ["yyyy-M-d", "yyyy/M/d", "d.M.yyyy", "M/d/yyyy", "d/M/yyyy"];
    private static readonly string[] Times = ["H:m", "H:m:s", "H:m:s.FFFFFFF"];
    private static readonly string[] Zones = ["", "K"];

    private static readonly string[] Formats =
    [
        .. Days,
        .. Days.SelectMany(day => Times, (day, time) => $"{day} {time}"),
        .. Times.SelectMany(time => Zones, (time, zone) => $"yyyy-M-dT{time}{zone}"),
        .. Times.Select(time => $"yyyy-M-d {time}K"),
    ];

    /// <summary>Whether a text is a date, with or without a time: ISO 8601, or day, month and year with points or slashes.</summary>
    public static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length is >= Shortest and <= Longest
        && char.IsAsciiDigit(text[0])
        && DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
