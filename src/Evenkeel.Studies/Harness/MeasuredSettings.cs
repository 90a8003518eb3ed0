namespace Evenkeel.Studies.Harness;

/// <summary>The settings of a <see cref="MeasuredStudy"/>; equal settings give equal numbers, bit for bit, but for
/// <see cref="Study.VaryingQuantities"/>.</summary>
/// <param name="Seeds">The number of seeds: each run is made with the seeds 0, 1, ….</param>
/// <param name="Data">The name of the data.</param>
/// <param name="Threads">The number of threads, on which the results do not depend.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="Details">The other settings, for people to read.</param>
internal sealed record MeasuredSettings(int Seeds, string Data, int Threads, int Runs, IReadOnlyList<SettingDetail> Details)
    : IStudySettings;
