using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Networks;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints how far the outputs of two networks, A and B, are apart, and where that begins.</summary>
internal static class ComparisonRendering
{
    private const int MostNames = 3;

    public static void WriteText(TextWriter output, NetworkComparison comparison)
    {
        output.WriteLine(
            $"outputs: largest difference {Difference(comparison.LargestDifference, comparison.LargestOutput)}: "
            + $"{(comparison.IsWithinTolerance ? "within" : "beyond")} the tolerance of {Number(comparison.Tolerance)}");
        if (comparison.FirstDifference is { } first)
        {
            string sources = first.Sources.Count == 0 ? "the input" : Listed(first.Sources.Select(Shown));
            output.WriteLine($"layers agree up to {sources}");
            output.WriteLine($"first difference: {Describe(first)}");
            return;
        }

        string layers = string.Create(
            CultureInfo.InvariantCulture, $"{comparison.Layers.Count(layer => layer.Agrees):N0} of {comparison.Layers.Count:N0}");
        output.WriteLine(
            $"layers: {layers} of A agree with layers of B"
            + (comparison.IsWithinTolerance ? "" : "; the difference arises where outputs of layers are combined"));
    }

    /// <summary>The comparison in JSON, where an infinite difference is null.</summary>
    public static JsonObject ToJson(NetworkComparison comparison) => new()
    {
        ["tolerance"] = comparison.Tolerance,
        ["largest_difference"] = Finite(comparison.LargestDifference),
        ["largest_output"] = comparison.LargestOutput,
        ["within_tolerance"] = comparison.IsWithinTolerance,
        ["agreeing_layers"] = comparison.Layers.Count(layer => layer.Agrees),
        ["layers"] = new JsonArray([.. comparison.Layers.Select(ToJson)]),
        ["first_difference"] = comparison.FirstDifference is { } first
            ? new JsonObject
            {
                ["sources"] = new JsonArray([.. first.Sources.Select(ToJson)]),
                ["a"] = new JsonArray([.. first.Layers.Select(ToJson)]),
                ["b"] = new JsonArray([.. first.OtherLayers.Select(ToJson)]),
                ["largest_difference"] = Finite(first.LargestDifference),
                ["largest_output"] = first.LargestOutput,
            }
            : null,
    };

    private static string Describe(LayerDifference first)
    {
        if (first.Layers.Count == 0)
        {
            return $"{Listed(first.OtherLayers.Select(Shown))} of B, to which no layer of A corresponds";
        }

        string layers = Listed(first.Layers.Select(Shown));
        if (first.OtherLayers.Count == 0)
        {
            return $"{layers}, to which no layer of B corresponds";
        }

        // A single layer has the type of the other.
        string others = first is { Layers.Count: 1, OtherLayers: [var (path, _)] } ? Name(path) : Listed(first.OtherLayers.Select(Shown));
        return $"{layers} against {others}"
            + (first.LargestDifference is { } difference ? $": {Difference(difference, first.LargestOutput)}" : "");
    }

    private static string Difference(double difference, double largest)
    {
        string relative = double.IsFinite(difference) && difference > 0 && largest > 0 ? $" ({Number(difference / largest)} of it)" : "";
        return (double.IsFinite(difference) ? Number(difference) : "infinite, NaN or infinity in one network only,")
            + $" among outputs of up to {Number(largest)}{relative}";
    }

    private static string Listed(IEnumerable<string> names) => names.ToArray() switch
    {
        [var one] => one,
        { Length: > MostNames } many => string.Create(CultureInfo.InvariantCulture, $"{many[0]} to {many[^1]} ({many.Length} layers)"),
        var few => $"{string.Join(", ", few[..^1])} and {few[^1]}",
    };

    private static string Shown(LayerAgreement pair) => $"{Shown((pair.Path, pair.Layer))} = {Name(pair.OtherPath!)}";

    private static string Shown((string Path, Layer Layer) named) => $"{Name(named.Path)} ({named.Layer.GetType().Name})";

    private static string Name(string path) => path.Length == 0 ? "the network itself" : $"'{OneLine.Of(path)}'";

    private static string Number(double value) => value.ToString("g3", CultureInfo.InvariantCulture);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static JsonObject ToJson(LayerAgreement pair) =>
        new() { ["a"] = pair.Path, ["b"] = pair.OtherPath, ["layer"] = pair.Layer.GetType().Name };

    private static JsonObject ToJson((string Path, Layer Layer) named) =>
        new() { ["path"] = named.Path, ["layer"] = named.Layer.GetType().Name };
}
