using System.Text.Json.Nodes;

namespace Evenkeel.Studies;

/// <summary>The outcome of a study, ready to be shown and written.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Completed">True if all runs were made.</param>
/// <param name="Runs">The number of finished runs.</param>
/// <param name="Planned">The number of runs of the study.</param>
/// <param name="ElapsedSeconds">The duration in seconds.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="Verdict">The verdict on the claim.</param>
/// <param name="Table">The results as a table for people.</param>
/// <param name="Summary">The most important results for programs.</param>
/// <param name="Files">The files with the complete results: name, extension and the function that writes them.</param>
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

    /// <summary>Writes the files, if any run was finished.</summary>
    /// <remarks>Interrupted results have their own file names, so that complete results of earlier runs are kept.</remarks>
    /// <param name="folder">The folder.</param>
    /// <returns>The files' full paths.</returns>
    /// <exception cref="IOException">A file cannot be written; the message says which and why, in one line.</exception>
    public string[] WriteTo(OutputFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Runs == 0 ? [] : [.. Files.Select(file => folder.Write(FileName(file.Name, file.Extension, Completed), file.Write))];
    }

    /// <summary>Returns the name of a file of complete or interrupted results.</summary>
    internal static string FileName(string name, string extension, bool completed) =>
        completed ? $"{name}.{extension}" : $"{name}.partial.{extension}";
}
