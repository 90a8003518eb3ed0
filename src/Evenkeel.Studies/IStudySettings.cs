namespace Evenkeel.Studies;

/// <summary>The settings that every study has.</summary>
internal interface IStudySettings
{
    /// <summary>The number of seeds: each run is made with the seeds 0, 1, ….</summary>
    int Seeds { get; }

    /// <summary>The name of the data.</summary>
    string Data { get; }

    /// <summary>The number of threads, on which the results do not depend.</summary>
    int Threads { get; }
}
