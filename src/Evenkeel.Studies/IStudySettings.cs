namespace Evenkeel.Studies;

/// <summary>What the settings of every study tell.</summary>
internal interface IStudySettings
{
    /// <summary>How many times each run is made, with the seeds 0, 1, ….</summary>
    int Seeds { get; }

    /// <summary>The name of the data, as people know it.</summary>
    string Data { get; }

    /// <summary>On how many threads the study ran; the results do not depend on it.</summary>
    int Threads { get; }
}
