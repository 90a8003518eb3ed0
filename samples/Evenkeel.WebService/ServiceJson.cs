using System.Text.Json;
using System.Text.Json.Serialization;

namespace Evenkeel.WebService;

/// <summary>Reading and writing the messages, generated at compile time.</summary>
[JsonSerializable(typeof(PredictionRequest))]
[JsonSerializable(typeof(PredictionResponse))]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ServiceJson : JsonSerializerContext
{
    /// <summary>Sets the options so that a misspelled, missing or repeated property is an error.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectRequiredConstructorParameters = true;
        options.RespectNullableAnnotations = true;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
    }
}
