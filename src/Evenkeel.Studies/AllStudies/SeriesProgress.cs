namespace Evenkeel.Studies.AllStudies;

/// <summary>The progress of a series of studies.</summary>
/// <param name="Number">The number of the current study, from 1.</param>
/// <param name="Count">The number of studies.</param>
/// <param name="Done">The fraction of all studies' runs that is done, from 0 to 1.</param>
/// <param name="Left">The estimated time left at the speed so far; null before the first run is finished.</param>
/// <param name="Study">The current study.</param>
/// <param name="Current">The progress of the current study.</param>
internal readonly record struct SeriesProgress(
    int Number, int Count, double Done, TimeSpan? Left, Study Study, StudyProgress Current);
