using System.Text.Json.Serialization;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>The JSON contract of the results of every <see cref="MeasuredStudy"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyDocument<MeasuredSettings, MeasuredRun>), TypeInfoPropertyName = "Document")]
internal sealed partial class MeasuredJsonContext : JsonSerializerContext;
