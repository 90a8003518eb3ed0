using System.Text.Json.Nodes;

namespace Evenkeel.Studies;

/// <summary>What came of a study, ready to be shown and written.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Completed">Whether all runs were made.</param>
/// <param name="Runs">How many runs were finished.</param>
/// <param name="Planned">How many runs the study has.</param>
/// <param name="ElapsedSeconds">How long it took.</param>
/// <param name="Verdict">What it says about the claim.</param>
/// <param name="Table">The results for people.</param>
/// <param name="Summary">The results in short for programs.</param>
/// <param name="Files">The results in full: files by name and extension, and what writes each.</param>
public sealed record StudyOutcome(
    IStudySettings Settings,
    bool Completed,
    int Runs,
    int Planned,
    double ElapsedSeconds,
    Verdict Verdict,
    StudyTable Table,
    JsonObject Summary,
    IReadOnlyList<(string Name, string Extension, Action<Stream> Write)> Files);
