using System.Text.Json.Serialization;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The JSON contract of the results of <see cref="FeatureScalingStudy"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyDocument<FeatureScalingSettings, FeatureScalingRun>), TypeInfoPropertyName = "Document")]
internal sealed partial class FeatureScalingJsonContext : JsonSerializerContext;
