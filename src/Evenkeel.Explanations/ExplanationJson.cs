using System.Text.Json;
using System.Text.Json.Serialization;

namespace Evenkeel.Explanations;

/// <summary>Explanations as JSON, for programs and for pages: numbers in full precision.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext
{
    /// <summary>Writes an explanation on one line; safe inside a script element.</summary>
    public static string Write(Explanation explanation) => JsonSerializer.Serialize(explanation, Default.Explanation);
}
