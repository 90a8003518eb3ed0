using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Tables.Profiles;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints what the columns of a table hold, as text or JSON.</summary>
internal static class SummaryRendering
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const string PlainBlocks = " .:-=+*#%";
    private const string More = ", …";
    private const int LineWidth = 78; // behind an indentation of two
    private const int LongestValue = 24;
    private const int MostValues = 100;

    public static void WriteText(Terminal terminal, string name, TableProfile profile)
    {
        TextWriter output = terminal.Output;
        output.WriteLine(
            $"{OneLine.Of(name)}: {ScaleRendering.Counted(profile.Rows, "row")}, "
            + ScaleRendering.Counted(profile.Columns.Count, "column")
            + (profile.RaggedRows > 0 ? $"; {ScaleRendering.Counted(profile.RaggedRows, "row")} with too few or too many cells" : ""));
        string blocks = terminal.Console.Profile.Capabilities.Unicode ? Blocks : PlainBlocks;
        double rankError = 0;
        for (int c = 0; c < profile.Columns.Count; c++)
        {
            ColumnProfile column = profile.Columns[c];
            output.WriteLine();
            output.WriteLine($"{OneLine.Of(column.Name)} ({NameOf(column.Kind)}): " + string.Join(", ", new[]
            {
                column.Numbers == 0 ? null : ScaleRendering.Counted(column.Numbers, "number"),
                Cells(column.Missing, column.IsMostlyMissing && column.Kind != ColumnKind.Empty ? "missing (mostly missing)" : "missing"),
                Cells(column.Texts + column.Infinite, "not numbers"),
            }.OfType<string>().DefaultIfEmpty("no cells")));
            if (column.Texts > 0)
            {
                output.WriteLine("  " + Distinct(column));
            }

            if (column.Moments.Count == 0)
            {
                continue;
            }

            (double lower, double median, double upper) = Quartiles(column);
            rankError = Math.Max(rankError, column.Quantiles.RelativeRankErrorBound);
            output.WriteLine($"  mean {Shown(column.Moments.Mean)}, deviation {Shown(Deviation(column.Moments))}");
            output.WriteLine(
                $"  min {Shown(column.Extrema.Min)}, quartiles {Shown(lower)}  {Shown(median)}  {Shown(upper)}, "
                + $"max {Shown(column.Extrema.Max)}");
            output.WriteLine($"  {Shown(column.Histogram.Low)} {Bars(column.Histogram.Counts, blocks)} "
                + Shown(column.Histogram.Low + column.Histogram.Counts.Length * column.Histogram.Width));
        }

        if (rankError > 0)
        {
            output.WriteLine();
            output.WriteLine(
                Invariant($"Quartiles have a rank error of at most {rankError:P2} of the rows; all else is exact, up to rounding."));
        }
    }

    public static void WriteJson(TextWriter output, string name, TableProfile profile)
    {
        var json = new JsonObject
        {
            ["file"] = name,
            ["rows"] = profile.Rows,
            ["ragged_rows"] = profile.RaggedRows,
            ["columns"] = new JsonArray([.. profile.Columns.Select(Describe)]),
        };
        output.WriteLine(json.ToJsonString());
    }

    private static JsonObject Describe(ColumnProfile column)
    {
        var json = new JsonObject
        {
            ["name"] = column.Name,
            ["kind"] = NameOf(column.Kind),
            ["mostly_missing"] = column.IsMostlyMissing,
            ["count"] = column.Moments.Count,
            ["missing"] = column.Missing,
            ["not_numbers"] = column.Texts + column.Infinite,
            ["distinct"] = column.DistinctCount,
            ["distinct_limit"] = column.MaxDistinct,
        };
        if (column.Kind is ColumnKind.Category or ColumnKind.Constant && column.Texts > 0)
        {
            json["values"] = new JsonArray([.. Frequent(column).Take(MostValues).Select(value => new JsonObject
            {
                ["text"] = value.Text,
                ["count"] = value.Count,
            })]);
        }

        if (column.Moments.Count > 0)
        {
            (double lower, double median, double upper) = Quartiles(column);
            json["mean"] = Finite(column.Moments.Mean);
            json["deviation"] = Finite(Deviation(column.Moments));
            json["min"] = column.Extrema.Min;
            json["lower_quartile"] = lower;
            json["median"] = median;
            json["upper_quartile"] = upper;
            json["max"] = column.Extrema.Max;
            json["rank_error"] = column.Quantiles.RelativeRankErrorBound;
            json["histogram"] = new JsonObject
            {
                ["low"] = Finite(column.Histogram.Low),
                ["width"] = column.Histogram.Width,
                ["counts"] = new JsonArray([.. column.Histogram.Counts.ToArray().Select(count => JsonValue.Create(count))]),
            };
        }

        return json;
    }

    private static string NameOf(ColumnKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The number of distinct values of a column, and as many of the frequent ones as fit in a line.</summary>
    private static string Distinct(ColumnProfile column)
    {
        if (column.DistinctCount is not { } count)
        {
            return Invariant($"more than {column.MaxDistinct:N0} distinct values");
        }

        string line = ScaleRendering.Counted(count, "distinct value");
        int shown = 0;
        foreach (ValueCount value in Frequent(column))
        {
            string text = OneLine.Of(value.Text);
            string next = (shown == 0 ? ": " : ", ")
                + Invariant($"{(text.Length <= LongestValue ? text : text[..LongestValue] + "…")} {value.Count:N0}");
            if (line.Length + next.Length > LineWidth - (shown + 1 < count ? More.Length : 0))
            {
                return line + (shown == 0 ? "" : More);
            }

            line += next;
            shown++;
        }

        return line;
    }

    /// <summary>The values of a column, the most frequent first.</summary>
    private static IEnumerable<ValueCount> Frequent(ColumnProfile column) => column.Values.OrderByDescending(value => value.Count);

    private static string? Cells(long count, string what) =>
        count == 0 ? null : Invariant($"{count:N0} {what}");

    private static (double Lower, double Median, double Upper) Quartiles(ColumnProfile column) =>
        (column.Quantiles.Quantile(0.25), column.Quantiles.Quantile(0.5), column.Quantiles.Quantile(0.75));

    private static double Deviation(Moments moments) => Math.Sqrt(moments.PopulationVariance);

    private static string Shown(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    // JSON has no NaN or infinity: a value beyond double precision is null.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Bars(ReadOnlySpan<long> counts, string blocks)
    {
        long highest = 0;
        foreach (long count in counts)
        {
            highest = Math.Max(highest, count);
        }

        var bars = new char[counts.Length];
        for (int i = 0; i < bars.Length; i++)
        {
            // Rounded up, so that a bin with a single value shows.
            bars[i] = blocks[(int)Math.Ceiling((double)counts[i] / highest * (blocks.Length - 1))];
        }

        return new string(bars);
    }
}
