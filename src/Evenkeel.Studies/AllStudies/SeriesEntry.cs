using System.Text.Json.Serialization;

namespace Evenkeel.Studies.AllStudies;

/// <summary>The state of one study of a series.</summary>
/// <param name="Study">The study's name.</param>
/// <param name="Completed">True if all its runs were made.</param>
/// <param name="Finding">The finding about its claim; null if it could not run.</param>
/// <param name="Reason">The numbers that support the finding, or why the study could not run.</param>
/// <param name="Seconds">The duration in seconds.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="ResultsSha256">The SHA-256 of its results.json, in hexadecimal digits; empty if the study is not complete.</param>
internal sealed record SeriesEntry(
    string Study, bool Completed, Finding? Finding, string Reason, double Seconds, string Machine, string ResultsSha256)
{
    /// <summary>The verdict; null if the study could not run.</summary>
    [JsonIgnore]
    public Verdict? Verdict => Finding is { } finding ? new Verdict(finding, Reason) : null;

    /// <summary>The verdict in words, or the reason why there is none.</summary>
    [JsonIgnore]
    public string Words => Completed && Verdict is { } verdict ? verdict.Words : Finding is null ? "not possible" : "interrupted";

    /// <summary>Creates the entry of a study that ran, completely or not.</summary>
    internal static SeriesEntry Of(Study study, StudyOutcome outcome, string resultsSha256) => new(
        study.Name,
        outcome.Completed,
        outcome.Verdict.Finding,
        outcome.Verdict.Reason,
        outcome.ElapsedSeconds,
        outcome.Machine,
        resultsSha256);

    /// <summary>Creates the entry of a study that cannot run on the given data.</summary>
    internal static SeriesEntry Impossible(Study study, string reason) => new(study.Name, false, null, reason, 0, "", "");
}
