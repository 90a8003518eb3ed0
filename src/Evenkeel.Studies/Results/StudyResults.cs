namespace Evenkeel.Studies.Results;

/// <summary>The results of a study.</summary>
/// <typeparam name="TSettings">The study's settings.</typeparam>
/// <typeparam name="TRun">The type of a run's results.</typeparam>
/// <param name="Settings">The settings.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="ElapsedSeconds">The duration in seconds.</param>
/// <param name="Completed">True if all runs are present; false if the study was cancelled.</param>
/// <param name="Runs">The finished runs.</param>
internal sealed record StudyResults<TSettings, TRun>(
    TSettings Settings,
    string Machine,
    double ElapsedSeconds,
    bool Completed,
    IReadOnlyList<TRun> Runs);
