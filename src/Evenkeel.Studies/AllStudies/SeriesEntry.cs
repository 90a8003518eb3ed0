using System.Text.Json.Serialization;

namespace Evenkeel.Studies.AllStudies;

/// <summary>What a series knows of one of its studies.</summary>
/// <param name="Study">The study's name.</param>
/// <param name="Completed">Whether all its runs were made.</param>
/// <param name="Finding">What it says about its claim; null where it could not be made.</param>
/// <param name="Reason">The numbers that this rests on; or why the study could not be made.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="ResultsSha256">The SHA-256 of its results.json, in hexadecimal digits; empty where that is not complete.</param>
internal sealed record SeriesEntry(
    string Study, bool Completed, Finding? Finding, string Reason, double Seconds, string Machine, string ResultsSha256)
{
    /// <summary>The verdict; null where the study could not be made.</summary>
    [JsonIgnore]
    public Verdict? Verdict => Finding is { } finding ? new Verdict(finding, Reason) : null;

    /// <summary>The verdict in words, or why there is none.</summary>
    [JsonIgnore]
    public string Words => Completed && Verdict is { } verdict ? verdict.Words : Finding is null ? "not possible" : "interrupted";

    /// <summary>The entry of a study that was run, to its end or not.</summary>
    internal static SeriesEntry Of(Study study, StudyOutcome outcome, string resultsSha256) => new(
        study.Name, outcome.Completed, outcome.Verdict.Finding, outcome.Verdict.Reason, outcome.ElapsedSeconds, outcome.Machine, resultsSha256);

    /// <summary>The entry of a study that cannot be made with the given data.</summary>
    internal static SeriesEntry Impossible(Study study, string reason) => new(study.Name, false, null, reason, 0, "", "");
}
