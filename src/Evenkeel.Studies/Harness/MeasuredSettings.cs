namespace Evenkeel.Studies.Harness;

/// <summary>What a <see cref="MeasuredStudy"/> was asked to do; the same settings give the same numbers, bit for bit.</summary>
/// <param name="Seeds">How many times each run is made, with the seeds 0, 1, ….</param>
/// <param name="Data">The name of the data, as people know it.</param>
/// <param name="Threads">On how many threads the study ran; the results do not depend on it.</param>
/// <param name="Runs">How many runs that makes.</param>
/// <param name="Details">The rest, for people to read.</param>
internal sealed record MeasuredSettings(int Seeds, string Data, int Threads, int Runs, IReadOnlyList<SettingDetail> Details) : IStudySettings;
