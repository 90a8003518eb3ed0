using System.Text.Json;
using System.Text.Json.Serialization;

namespace Evenkeel.Studies;

/// <summary>Results as JSON: everything that was measured, for programs, and for reading back.</summary>
/// <remarks>Numbers are written so that reading them gives the same bits.</remarks>
public static class ResultsJson
{
    /// <summary>The version of the form; raised whenever older readers would misread it.</summary>
    public const int SchemaVersion = 1;

    private const string Study = "init-scale";

    /// <summary>Writes results, indented.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="results">The results.</param>
    public static void Write(Stream stream, InitScaleResults results) =>
        JsonSerializer.Serialize(stream, new InitScaleDocument(Study, SchemaVersion, results), ResultsJsonContext.Default.InitScaleDocument);

    /// <summary>Reads results that <see cref="Write"/> wrote.</summary>
    /// <param name="stream">Where from.</param>
    /// <exception cref="InvalidDataException">It is not JSON of this form, or is of another study or version.</exception>
    public static InitScaleResults Read(Stream stream)
    {
        InitScaleDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(stream, ResultsJsonContext.Default.InitScaleDocument);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"these are no results of the study {Study}: {e.Message}", e);
        }

        return document is { Study: Study, SchemaVersion: SchemaVersion }
            ? document.Results
            : throw new InvalidDataException(
                $"these are results of the study \"{document?.Study}\", schema version {document?.SchemaVersion}; " +
                $"expected \"{Study}\", version {SchemaVersion}");
    }

    /// <summary>The results in one line, safe inside an HTML script element: &lt;, &gt; and &amp; are escaped.</summary>
    internal static string ToEmbeddable(InitScaleResults results) =>
        JsonSerializer.Serialize(results, ResultsJsonContext.Compact.InitScaleResults);
}

internal sealed record InitScaleDocument(string Study, int SchemaVersion, InitScaleResults Results);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(InitScaleDocument))]
internal sealed partial class ResultsJsonContext : JsonSerializerContext
{
    public static ResultsJsonContext Compact { get; } =
        new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
}
