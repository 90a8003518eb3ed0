using System.Globalization;
using System.Text;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Studies.Reports;
using static System.FormattableString;

namespace Evenkeel.Cli.Reports;

/// <summary>Formats names and numbers for a report. Names are from users' files: long, equal once shortened, or markup.</summary>
internal static class ReportText
{
    /// <summary>The number of characters of a name in a chart or a table at most.</summary>
    public const int LongestName = 26;

    private const int LongestTitle = 300;

    /// <summary>A name on one line, without hidden characters; the middle of a long one is left out. Not encoded.</summary>
    public static string Short(string name, int longest = LongestName)
    {
        Rune[] runes = [.. OneLine.Of(name).EnumerateRunes()];
        int end = longest / 3;
        return runes.Length <= longest
            ? string.Concat(runes)
            : $"{string.Concat(runes[..(longest - end - 1)])}…{string.Concat(runes[^end..])}";
    }

    /// <summary>The name of a feature such as <c>city=Berlin</c>, of whose two parts neither is lost. Not encoded.</summary>
    public static string ShortFeature(string name)
    {
        int sign = name.IndexOf('=', StringComparison.Ordinal);
        if (sign <= 0 || sign == name.Length - 1 || Short(name) == OneLine.Of(name))
        {
            return Short(name);
        }

        string column = Short(name[..sign], LongestName / 2 - 1);
        return $"{column}={Short(name[(sign + 1)..], LongestName - column.Length - 1)}";
    }

    /// <summary>Short names that are all different. Not encoded.</summary>
    public static IReadOnlyList<string> Labels(IEnumerable<string> names)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var labels = new List<string>();
        foreach (string name in names)
        {
            string label = Short(name) is { Length: > 0 } text ? text : "(empty)";
            string unique = label;
            for (int number = 2; !used.Add(unique); number++)
            {
                unique = Invariant($"{label} ({number})");
            }

            labels.Add(unique);
        }

        return labels;
    }

    /// <summary>A name as HTML: short, with the whole name as its tooltip.</summary>
    public static string Name(string name, int longest = LongestName)
    {
        string text = Short(name, longest);
        return text == OneLine.Of(name)
            ? Html.Text(text)
            : $"<span title=\"{Html.Text(Short(name, LongestTitle))}\">{Html.Text(text)}</span>";
    }

    /// <summary>Some names in a sentence, as HTML.</summary>
    /// <param name="names">The names.</param>
    /// <param name="most">The number of names that are shown.</param>
    public static string Names(IReadOnlyList<string> names, int most) =>
        string.Join(", ", names.Take(most).Select(name => Name(name)))
        + (names.Count > most ? Invariant($" and {names.Count - most:N0} more") : "");

    /// <summary>A number with some digits.</summary>
    public static string Number(double value, int digits = 4)
    {
        string text = !double.IsFinite(value) ? "–"
            : value == 0 ? "0"
            : Math.Abs(value) is >= 1e7 or < 1e-4 ? value.ToString("0.00e0", CultureInfo.InvariantCulture)
            : Math.Abs(value) >= 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture)
            : value.ToString(Invariant($"G{digits}"), CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    /// <summary>A measure between 0 and 1, with three decimals.</summary>
    public static string Measure(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A whole number.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A whole number with its noun.</summary>
    public static string Count(long value, string noun, string? plural = null) =>
        Invariant($"{value:N0} {(value == 1 ? noun : plural ?? noun + "s")}");

    /// <summary>Mean and standard deviation.</summary>
    public static string MeanAndDeviation(Moments moments) =>
        moments.Count == 0 ? "–" : $"{Number(Mean(moments))} ± {Number(Math.Sqrt(moments.PopulationVariance))}";

    /// <summary>The mean; 0 if it is below a thousandth of the standard deviation, as rounding leaves it.</summary>
    public static double Mean(Moments moments) =>
        Math.Abs(moments.Mean) < 1e-3 * Math.Sqrt(moments.PopulationVariance) ? 0 : moments.Mean;

    /// <summary>A range, with three digits.</summary>
    public static string Range(Extrema extrema)
    {
        string from = Number(extrema.Min, 3), to = Number(extrema.Max, 3);
        return extrema.IsEmpty ? "–" : from == to ? from : $"{from} to {to}";
    }

    /// <summary>The range of numbers.</summary>
    public static string Range(IEnumerable<double> values) =>
        Range(values.Where(double.IsFinite).Aggregate(Extrema.Empty, (range, value) => Extrema.Merge(range, new Extrema(value, value))));
}
