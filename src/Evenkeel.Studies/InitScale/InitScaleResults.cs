namespace Evenkeel.Studies;

/// <summary>What the sweep of initial scales found: networks with and without batch normalization, for each scale.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Machine">The processor, system and runtime it ran on, for people to read.</param>
/// <param name="ElapsedSeconds">How long it took.</param>
/// <param name="Completed">Whether all runs are here; false after the sweep was cancelled.</param>
/// <param name="Runs">The runs, in any order; of a cancelled sweep, those that were finished.</param>
public sealed record InitScaleResults(
    InitScaleSettings Settings,
    string Machine,
    double ElapsedSeconds,
    bool Completed,
    IReadOnlyList<InitScaleRun> Runs);
