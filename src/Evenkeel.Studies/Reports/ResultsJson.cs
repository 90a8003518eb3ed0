using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Studies.FeatureScaling;
using Evenkeel.Studies.InitScale;
using Evenkeel.Studies.Measured;

namespace Evenkeel.Studies.Reports;

/// <summary>Results as JSON: everything that was measured, for programs, and for reading back.</summary>
/// <remarks>Numbers are written so that reading them gives the same bits.</remarks>
public static class ResultsJson
{
    /// <summary>Writes results, indented.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where to.</param>
    /// <param name="study">The study.</param>
    /// <param name="results">Its results.</param>
    public static void Write<TSettings, TRun>(
        Stream stream, Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results)
        where TSettings : IStudySettings
        where TRun : class
    {
        ArgumentNullException.ThrowIfNull(study);
        JsonSerializer.Serialize(
            stream,
            new StudyDocument<TSettings, TRun>(study.Name, study.SchemaVersion, results),
            Form<StudyDocument<TSettings, TRun>>(ResultsJsonContext.Default));
    }

    /// <summary>Reads results that were written by <see cref="Write"/>.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where from.</param>
    /// <param name="study">The study.</param>
    /// <exception cref="InvalidDataException">It is not JSON of this form, or is of another study or version.</exception>
    public static StudyResults<TSettings, TRun> Read<TSettings, TRun>(Stream stream, Experiment<TSettings, TRun> study)
        where TSettings : IStudySettings
        where TRun : class
    {
        ArgumentNullException.ThrowIfNull(study);
        StudyDocument<TSettings, TRun>? document;
        try
        {
            document = JsonSerializer.Deserialize(stream, Form<StudyDocument<TSettings, TRun>>(ResultsJsonContext.Default));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"these are no results of the study {study.Name}: {e.Message}", e);
        }

        return document is not null && document.Study == study.Name && document.SchemaVersion == study.SchemaVersion
            ? document.Results
            : throw new InvalidDataException(
                $"these are results of the study \"{document?.Study}\", schema version {document?.SchemaVersion}; " +
                $"expected \"{study.Name}\", version {study.SchemaVersion}");
    }

    /// <summary>The results in one line, safe inside an HTML script element: &lt;, &gt; and &amp; are escaped.</summary>
    internal static string ToEmbeddable<TSettings, TRun>(StudyResults<TSettings, TRun> results) =>
        JsonSerializer.Serialize(results, Form<StudyResults<TSettings, TRun>>(ResultsJsonContext.Compact));

    /// <summary>Whether two settings ask for the same results: they may differ in the threads alone.</summary>
    internal static bool AskTheSame<TSettings>(TSettings a, TSettings b)
        where TSettings : IStudySettings
    {
        JsonNode Asked(TSettings settings)
        {
            JsonNode node = JsonSerializer.SerializeToNode(settings, Form<TSettings>(ResultsJsonContext.Compact))!;
            node.AsObject().Remove("threads");
            return node;
        }

        return JsonNode.DeepEquals(Asked(a), Asked(b));
    }

    private static JsonTypeInfo<T> Form<T>(ResultsJsonContext context) => (JsonTypeInfo<T>)context.GetTypeInfo(typeof(T))!;
}

internal sealed record StudyDocument<TSettings, TRun>(string Study, int SchemaVersion, StudyResults<TSettings, TRun> Results);

/// <summary>The forms of all studies' results; each study adds its own.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyDocument<InitScaleSettings, InitScaleRun>), TypeInfoPropertyName = "InitScale")]
[JsonSerializable(typeof(StudyDocument<FeatureScalingSettings, FeatureScalingRun>), TypeInfoPropertyName = "FeatureScaling")]
[JsonSerializable(typeof(StudyDocument<MeasuredSettings, MeasuredRun>), TypeInfoPropertyName = "Measured")]
internal sealed partial class ResultsJsonContext : JsonSerializerContext
{
    public static ResultsJsonContext Compact { get; } =
        new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
}
