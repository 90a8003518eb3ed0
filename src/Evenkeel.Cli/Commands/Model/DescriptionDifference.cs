using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Models;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>In which settings the descriptions of two networks differ.</summary>
internal static class DescriptionDifference
{
    private const int LongestValue = 40;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ModelFile.MaximumDepth, AllowDuplicateProperties = false };

    /// <summary>Writes a line about the descriptions, and one about the scalers.</summary>
    /// <returns>False if both files have one, and they differ.</returns>
    public static bool Write(TextWriter output, SafetensorsFile a, SafetensorsFile b) =>
        Write(output, "Descriptions of the network", ModelFile.ModelKey, a, b) & WriteScalers(output, a, b);

    /// <summary>Writes a line about the scalers.</summary>
    /// <returns>False if both files have one, and they differ.</returns>
    public static bool WriteScalers(TextWriter output, SafetensorsFile a, SafetensorsFile b) =>
        Write(output, "Scalers", ModelFile.ScalerKey, a, b);

    private static bool Write(TextWriter output, string what, string text, SafetensorsFile a, SafetensorsFile b)
    {
        bool hasA = a.Metadata.TryGetValue(text, out string? inA), hasB = b.Metadata.TryGetValue(text, out string? inB);
        if (hasA != hasB)
        {
            output.WriteLine($"{what}: only in {(hasA ? "A" : "B")}, which is not compared");
            return true;
        }

        if (inA == inB)
        {
            return true;
        }

        string[] differences = [.. Between("$", Parse(inA!), Parse(inB!))];
        output.WriteLine(differences.Length == 0
            ? $"{what}: equal but for their layout"
            : $"{what} differ: {OneLine.Of(differences[0])}"
                + (differences.Length > 1 ? Invariant($" (and {differences.Length - 1:N0} more)") : ""));
        return differences.Length == 0;
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A description of a network is not JSON.", e);
        }
    }

    private static IEnumerable<string> Between(string path, JsonNode? a, JsonNode? b)
    {
        switch (a, b)
        {
            case (JsonObject inA, JsonObject inB):
                return inA.Select(field => field.Key).Union(inB.Select(field => field.Key))
                    .SelectMany(name => Between($"{path}.{name}", inA[name], inB[name]));
            case (JsonArray inA, JsonArray inB) when inA.Count == inB.Count:
                return Enumerable.Range(0, inA.Count)
                    .SelectMany(index => Between(Invariant($"{path}[{index}]"), inA[index], inB[index]));
            default:
                return JsonNode.DeepEquals(a, b) ? [] : [$"{path} is {Shown(a)} in A and {Shown(b)} in B"];
        }
    }

    private static string Shown(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "null";
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }
}
