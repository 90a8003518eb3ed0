using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.AllStudies;

public class SeriesPaceTests : IProgress<SeriesProgress>
{
    private readonly List<SeriesProgress> _told = [];

    [Fact]
    public void Runs_count_towards_all_runs()
    {
        var pace = new SeriesPace([new InitScaleStudy(), new FeatureScalingStudy()], [30, 10], this);
        pace.Begin(0);
        pace.Report(new StudyProgress(15, 30, TimeSpan.FromSeconds(1)));
        pace.End(0, wasRun: true);
        pace.Begin(1);
        pace.Report(new StudyProgress(10, 10, TimeSpan.FromSeconds(1)));
        Assert.Equal([0, 15 / 40.0, 30 / 40.0, 1], _told.Select(progress => progress.Done));
        Assert.Equal([1, 1, 2, 2], _told.Select(progress => progress.Number));
        Assert.Equal([0, 15, 0, 10], _told.Select(progress => progress.Current.Done));
        Assert.Null(_told[0].Left);
        Assert.True(_told[1].Left > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _told[3].Left);
    }

    [Fact]
    public void What_was_finished_before_counts_as_done_but_says_nothing_of_the_speed()
    {
        var pace = new SeriesPace([new InitScaleStudy(), new FeatureScalingStudy()], [30, 10], this);
        pace.End(0, wasRun: false);
        pace.Begin(1);
        Assert.Equal((0.75, null), (_told[0].Done, _told[0].Left));
    }

    [Fact]
    public void A_study_that_cannot_be_made_is_not_told_of()
    {
        new SeriesPace([new InitScaleStudy()], [0], this).Begin(0);
        Assert.Empty(_told);
    }

    void IProgress<SeriesProgress>.Report(SeriesProgress value) => _told.Add(value);
}
