using System.Text.Json.Serialization;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The JSON contract of the results of <see cref="InitScaleStudy"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyDocument<InitScaleSettings, InitScaleRun>), TypeInfoPropertyName = "Document")]
internal sealed partial class InitScaleJsonContext : JsonSerializerContext;
