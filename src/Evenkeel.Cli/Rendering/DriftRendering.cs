using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints how far the statistics of normalizations moved, and the condition that they are in.</summary>
internal static class DriftRendering
{
    /// <summary>Writes a table with a line per normalization.</summary>
    /// <param name="output">The writer.</param>
    /// <param name="width">The number of columns of the terminal; null for a file or pipe.</param>
    /// <param name="network">The network.</param>
    /// <param name="drifts">How far its statistics moved.</param>
    public static void WriteText(TextWriter output, int? width, Layer network, IReadOnlyList<StatisticsDrift> drifts)
    {
        var table = new TextTable(
            [
                [
                    "normalization", "layer", "channels", "shift median", "shift max", "ratio min", "ratio median", "ratio max",
                    "γ near 0", "tiny", "huge",
                ],
                .. Rows(network, drifts).Select(row => new[]
                {
                    OneLine.Of(row.State.Path),
                    row.State.Type,
                    Counted(row.Drift.Channels.Count),
                    Shown(Median(row.Shifts)),
                    Shown(row.Shifts[^1]),
                    Shown(row.Ratios[0]),
                    Shown(Median(row.Ratios)),
                    Shown(row.Ratios[^1]),
                    Counted(row.State.SmallWeights),
                    Counted(row.State.Running!.Tiny),
                    Counted(row.State.Running.Huge),
                }),
            ],
            words: [0, 1]);
        table.Write(output, width);
        output.WriteLine();
    }

    /// <summary>Writes a line of JSON.</summary>
    public static void WriteJson(TextWriter output, Layer network, IReadOnlyList<StatisticsDrift> drifts) => output.WriteLine(new JsonObject
    {
        ["normalizations"] = new JsonArray([.. Rows(network, drifts).Select(row => new JsonObject
        {
            ["path"] = row.State.Path,
            ["layer"] = row.State.Type,
            ["channels"] = row.Drift.Channels.Count,
            ["mean_shift_median"] = Finite(Median(row.Shifts)),
            ["mean_shift_largest"] = Finite(row.Shifts[^1]),
            ["variance_ratio_least"] = Finite(row.Ratios[0]),
            ["variance_ratio_median"] = Finite(Median(row.Ratios)),
            ["variance_ratio_largest"] = Finite(row.Ratios[^1]),
            ["weights_near_0"] = row.State.SmallWeights,
            ["tiny"] = row.State.Running!.Tiny,
            ["huge"] = row.State.Running.Huge,
        })]),
    }.ToJsonString());

    private static IEnumerable<(NormalizationState State, StatisticsDrift Drift, double[] Shifts, double[] Ratios)> Rows(
        Layer network, IReadOnlyList<StatisticsDrift> drifts)
    {
        var states = NormalizationState.Of(network).ToDictionary(state => state.Path);
        var paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        return drifts.Select(drift => (
            states[paths[drift.Layer]],
            drift,
            drift.Channels.Select(channel => Math.Abs(channel.MeanShift)).Order().ToArray(),
            drift.Channels.Select(channel => channel.VarianceRatio).Order().ToArray()));
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Shown(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Counted(long count) => Invariant($"{count:N0}");

    // JSON has no infinity, which a mean moves by where the variance was 0.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
