using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Reports;

/// <summary>Reads and writes results as JSON: everything that was measured. Numbers keep their bits.</summary>
internal static class ResultsJson
{
    /// <summary>Writes <c>results.json</c>.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where to.</param>
    /// <param name="document">The content.</param>
    /// <param name="form">The document's JSON contract.</param>
    public static void Write<TSettings, TRun>(
        Stream stream, StudyDocument<TSettings, TRun> document, JsonTypeInfo<StudyDocument<TSettings, TRun>> form) =>
        JsonSerializer.Serialize(stream, document, form);

    /// <summary>Reads results that were written by <see cref="Write"/>.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where from.</param>
    /// <param name="study">The name of the study whose results they must be.</param>
    /// <param name="schemaVersion">The version that their schema must have.</param>
    /// <param name="form">The document's JSON contract.</param>
    /// <exception cref="InvalidDataException">The JSON does not match the contract, or belongs to another study or schema
    /// version.</exception>
    public static StudyResults<TSettings, TRun> Read<TSettings, TRun>(
        Stream stream, string study, int schemaVersion, JsonTypeInfo<StudyDocument<TSettings, TRun>> form)
    {
        StudyDocument<TSettings, TRun>? document;
        try
        {
            document = JsonSerializer.Deserialize(stream, form);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"these are no results of the study {study}: {e.Message}", e);
        }

        return document is not null && document.Study == study && document.SchemaVersion == schemaVersion
            ? document.Results
            : throw new InvalidDataException(
                $"these are results of the study \"{document?.Study}\", schema version {document?.SchemaVersion}; expected \"{study}\", "
                + $"version {schemaVersion}");
    }

    /// <summary>Returns the results as one line that is safe inside an HTML script element: &lt;, &gt; and &amp; are escaped.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="results">The results.</param>
    /// <param name="form">The JSON contract of the document that holds such results.</param>
    public static string ToEmbeddable<TSettings, TRun>(
        StudyResults<TSettings, TRun> results, JsonTypeInfo<StudyDocument<TSettings, TRun>> form)
    {
        var compact = new JsonSerializerOptions(form.Options) { WriteIndented = false };
        return JsonSerializer.Serialize(results, compact.GetTypeInfo(typeof(StudyResults<TSettings, TRun>)));
    }

    /// <summary>True if two settings ask for the same results: they may differ in the number of threads alone.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="a">Settings.</param>
    /// <param name="b">Other settings.</param>
    /// <param name="form">The JSON contract of the document that holds such settings.</param>
    public static bool AskTheSame<TSettings, TRun>(TSettings a, TSettings b, JsonTypeInfo<StudyDocument<TSettings, TRun>> form)
    {
        return JsonNode.DeepEquals(Asked(a), Asked(b));

        JsonNode Asked(TSettings settings)
        {
            JsonNode node = JsonSerializer.SerializeToNode(settings, form.Options.GetTypeInfo(typeof(TSettings)))!;
            node.AsObject().Remove("threads");
            return node;
        }
    }
}
