using System.Text.Json.Serialization;
using Evenkeel.Lab.Examples;
using Evenkeel.Lab.Programs;
using Evenkeel.Lab.Time;
using Evenkeel.Lab.Training;
using Evenkeel.Lab.Traps;
using Evenkeel.Lab.Valley;

namespace Evenkeel.Lab;

/// <summary>Requests and answers as JSON; a misspelled or missing property is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ExampleRequest))]
[JsonSerializable(typeof(LabProgram))]
[JsonSerializable(typeof(NudgeRequest))]
[JsonSerializable(typeof(Nudge))]
[JsonSerializable(typeof(PairSettings))]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(PairControl))]
[JsonSerializable(typeof(IReadOnlyList<RunFrame>))]
[JsonSerializable(typeof(ValleyRequest))]
[JsonSerializable(typeof(ValleyPath))]
[JsonSerializable(typeof(TimelineRequest))]
[JsonSerializable(typeof(Timeline))]
[JsonSerializable(typeof(TrapRequest))]
[JsonSerializable(typeof(TrapOutcome))]
[JsonSerializable(typeof(LabDescription))]
internal sealed partial class LabJson : JsonSerializerContext;
