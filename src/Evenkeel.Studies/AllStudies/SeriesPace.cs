using System.Diagnostics;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Makes of one study's progress that of the whole series.</summary>
/// <param name="studies">The studies.</param>
/// <param name="planned">How many runs each has.</param>
/// <param name="progress">Who is told; null for nobody.</param>
internal sealed class SeriesPace(IReadOnlyList<Study> studies, IReadOnlyList<int> planned, IProgress<SeriesProgress>? progress)
    : IProgress<StudyProgress>
{
    private readonly int _total = planned.Sum();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _study;
    private int _done;
    private int _made;

    /// <summary>A study begins to run.</summary>
    public void Begin(int study)
    {
        _study = study;
        if (planned[study] > 0)
        {
            Report(new StudyProgress(0, planned[study], TimeSpan.Zero));
        }
    }

    /// <summary>A run of the study is done.</summary>
    public void Report(StudyProgress value)
    {
        int done = _done + value.Done, made = _made + value.Done;
        TimeSpan? left = made == 0 ? null : _clock.Elapsed / made * (_total - done);
        progress?.Report(new SeriesProgress(_study + 1, studies.Count, (double)done / _total, left, studies[_study], value));
    }

    /// <summary>A study is behind.</summary>
    /// <param name="study">The study.</param>
    /// <param name="wasRun">Whether it was run, and says something about the speed.</param>
    public void End(int study, bool wasRun)
    {
        _done += planned[study];
        _made += wasRun ? planned[study] : 0;
    }
}
