namespace Evenkeel.Studies;

/// <summary>Where a study stands.</summary>
/// <param name="Done">How many of its runs are done.</param>
/// <param name="Total">How many runs it has.</param>
/// <param name="Elapsed">How long it has been running.</param>
internal readonly record struct StudyProgress(int Done, int Total, TimeSpan Elapsed)
{
    /// <summary>How long the rest will take at the speed so far; null before the first run is done.</summary>
    public TimeSpan? Left => Done == 0 ? null : Elapsed / Done * (Total - Done);
}
