namespace Evenkeel.Studies.Results;

/// <summary>What a study measured.</summary>
/// <typeparam name="TSettings">The study's settings.</typeparam>
/// <typeparam name="TRun">What one of its runs measured.</typeparam>
/// <param name="Settings">What was asked for.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="ElapsedSeconds">How long it took.</param>
/// <param name="Completed">Whether all runs are here; false after the study was cancelled.</param>
/// <param name="Runs">The runs, in any order; of a cancelled study, those that were finished.</param>
internal sealed record StudyResults<TSettings, TRun>(
    TSettings Settings,
    string Machine,
    double ElapsedSeconds,
    bool Completed,
    IReadOnlyList<TRun> Runs);
