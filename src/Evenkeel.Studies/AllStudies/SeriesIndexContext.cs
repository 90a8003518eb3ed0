using System.Text.Json.Serialization;

namespace Evenkeel.Studies.AllStudies;

/// <summary>The JSON contract of <c>index.json</c>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SeriesIndex))]
internal sealed partial class SeriesIndexContext : JsonSerializerContext;
