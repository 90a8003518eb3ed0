namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>What the study of feature scaling was asked to do; the same settings give the same results, bit for bit.</summary>
/// <param name="Tables">The tables to learn from, by name.</param>
/// <param name="Scalings">How their features are scaled, by name.</param>
/// <param name="Seeds">How many times each model is trained, each time on other rows.</param>
/// <param name="Tolerance">How far above the least possible loss, as a fraction of it, a model counts as trained.</param>
/// <param name="MaxSteps">After how many steps training is stopped in any case.</param>
/// <param name="Data">The name of the data, as people know it.</param>
/// <param name="Threads">On how many threads the study ran; the results do not depend on it.</param>
internal sealed record FeatureScalingSettings(
    IReadOnlyList<string> Tables,
    IReadOnlyList<string> Scalings,
    int Seeds,
    double Tolerance,
    int MaxSteps,
    string Data,
    int Threads) : IStudySettings;
