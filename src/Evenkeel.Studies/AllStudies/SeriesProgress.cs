namespace Evenkeel.Studies.AllStudies;

/// <summary>Where a series of studies stands.</summary>
/// <param name="Number">Which study it is at, counted from 1.</param>
/// <param name="Count">How many studies there are.</param>
/// <param name="Done">How much of all studies' runs is done, from 0 to 1.</param>
/// <param name="Left">How long the rest will take at the speed so far; null before the first run is done.</param>
/// <param name="Study">The study it is at.</param>
/// <param name="Current">Where that study stands.</param>
internal readonly record struct SeriesProgress(
    int Number, int Count, double Done, TimeSpan? Left, Study Study, StudyProgress Current);
