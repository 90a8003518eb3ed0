using System.Diagnostics;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Turns the progress of one study into that of the whole series.</summary>
/// <param name="studies">The studies.</param>
/// <param name="planned">The number of runs of each.</param>
/// <param name="progress">The receiver; null for none.</param>
internal sealed class SeriesPace(IReadOnlyList<Study> studies, IReadOnlyList<int> planned, IProgress<SeriesProgress>? progress)
    : IProgress<StudyProgress>
{
    private readonly int _total = planned.Sum();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _study;
    private int _done;
    private int _made;

    /// <summary>Marks the start of a study.</summary>
    public void Begin(int study)
    {
        _study = study;
        if (planned[study] > 0)
        {
            Report(new StudyProgress(0, planned[study], TimeSpan.Zero));
        }
    }

    /// <summary>Reports a finished run of the study.</summary>
    public void Report(StudyProgress value)
    {
        int done = _done + value.Done, made = _made + value.Done;
        TimeSpan? left = made == 0 ? null : _clock.Elapsed / made * (_total - done);
        progress?.Report(new SeriesProgress(_study + 1, studies.Count, (double)done / _total, left, studies[_study], value));
    }

    /// <summary>Marks the end of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="wasRun">True if it ran, and counts for the speed.</param>
    public void End(int study, bool wasRun)
    {
        _done += planned[study];
        _made += wasRun ? planned[study] : 0;
    }
}
