using System.Text.Json.Nodes;

namespace Evenkeel.Studies;

/// <summary>What came of a study, ready to be shown and written.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Completed">Whether all runs were made.</param>
/// <param name="Runs">How many runs were finished.</param>
/// <param name="Planned">How many runs the study has.</param>
/// <param name="ElapsedSeconds">How long it took.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="Verdict">What it says about the claim.</param>
/// <param name="Table">The results for people.</param>
/// <param name="Summary">The results in short for programs.</param>
/// <param name="Files">The results in full: files by name and extension, and what writes each.</param>
internal sealed record StudyOutcome(
    IStudySettings Settings,
    bool Completed,
    int Runs,
    int Planned,
    double ElapsedSeconds,
    string Machine,
    Verdict Verdict,
    StudyTable Table,
    JsonObject Summary,
    IReadOnlyList<(string Name, string Extension, Action<Stream> Write)> Files)
{
    internal const string ResultsName = "results";
    internal const string ReportName = "report";

    /// <summary>Writes the results in full, as far as there are any.</summary>
    /// <remarks>What was interrupted gets names of its own, and leaves complete results of earlier runs alone.</remarks>
    /// <param name="folder">Where to.</param>
    /// <returns>The files' full paths.</returns>
    /// <exception cref="IOException">A file cannot be written; the message says which and why, in one line.</exception>
    public string[] WriteTo(OutputFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Runs == 0 ? [] : [.. Files.Select(file => folder.Write(FileName(file.Name, file.Extension, Completed), file.Write))];
    }

    /// <summary>What a file of complete or of interrupted results is called.</summary>
    internal static string FileName(string name, string extension, bool completed) =>
        completed ? $"{name}.{extension}" : $"{name}.partial.{extension}";
}
