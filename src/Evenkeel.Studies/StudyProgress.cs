namespace Evenkeel.Studies;

/// <summary>The progress of a study.</summary>
/// <param name="Done">The number of finished runs.</param>
/// <param name="Total">The number of runs.</param>
/// <param name="Elapsed">The time since its start.</param>
internal readonly record struct StudyProgress(int Done, int Total, TimeSpan Elapsed)
{
    /// <summary>The estimated time left at the speed so far; null before the first run is finished.</summary>
    public TimeSpan? Left => Done == 0 ? null : Elapsed / Done * (Total - Done);
}
