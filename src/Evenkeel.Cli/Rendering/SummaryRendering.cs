using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Tables.Profiles;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the statistics of a file's columns, as text or JSON.</summary>
internal static class SummaryRendering
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const string PlainBlocks = " .:-=+*#%";

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
            output.WriteLine($"{OneLine.Of(column.Name)}: " + string.Join(", ", new[]
            {
                column.Moments.Count == 0 ? null : ScaleRendering.Counted((long)column.Moments.Count, "number"),
                Cells(column.Missing, "missing"),
                Cells(column.Texts + column.Infinite, "not numbers"),
            }.OfType<string>().DefaultIfEmpty("no cells")));
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
            ["count"] = column.Moments.Count,
            ["missing"] = column.Missing,
            ["not_numbers"] = column.Texts + column.Infinite,
        };
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
