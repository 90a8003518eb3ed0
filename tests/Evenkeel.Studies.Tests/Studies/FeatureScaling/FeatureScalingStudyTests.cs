using Evenkeel.Numerics;
using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public sealed class FeatureScalingStudyTests
{
    private static readonly FeatureScalingStudy Study = new();

    /// <summary>The study as people run it.</summary>
    private static readonly Lazy<MeasuredResults> Whole = new(() => Run(new StudyInput(3)));

    private static IEnumerable<DescentResult> Runs => Whole.Value.Runs.Select(run => new DescentResult(run));

    [Fact]
    public void Every_scaling_of_every_table_is_trained_with_every_seed()
    {
        var expected =
            from seed in Enumerable.Range(0, 3)
            from table in new[] { "synthetic", "wine" }
            from scaling in FeatureScalingStudy.Scalings
            select (table, scaling, seed);
        Assert.True(Whole.Value.Completed);
        Assert.Equal(expected.Order(), Runs.Select(r => (r.Table, r.Scaling, r.Seed)).Order());
        Assert.Equal(42, Study.Planned(new StudyInput(3)));
    }

    [Fact]
    public void The_claim_holds() => Assert.Equal(Finding.Holds, Study.Judge(Whole.Value).Finding);

    [Fact]
    public void The_steps_that_are_counted_are_those_that_the_curvatures_give() => Assert.All(
        Runs, run => Assert.Equal(run.ComputedSteps > 1_000_000 ? null : (int?)run.ComputedSteps, run.Steps));

    [Fact]
    public void Training_ends_where_the_goal_is_reached_and_the_loss_never_rises()
    {
        Assert.All(Runs.GroupBy(run => (run.Table, run.Seed)), group =>
            Assert.All(group, run => Assert.Equal(1, group.First().LeastLoss / run.LeastLoss, 1e-9)));
        Assert.All(Whole.Value.Runs, run =>
        {
            var result = new DescentResult(run);
            (double X, double Value)[] excess = [.. run.Series(DescentResult.ExcessQuantity)];
            Assert.Equal(result.Steps ?? 1_000_000, excess[^1].X);
            Assert.Equal(result.Steps is not null, excess[^1].Value <= 0.01);
            Assert.All(excess.SkipLast(1), point => Assert.True(point.Value > 0.01));
            Assert.All(excess.Zip(excess.Skip(1)), pair =>
                Assert.True(pair.First.X < pair.Second.X && pair.First.Value >= pair.Second.Value));
        });
    }

    [Fact]
    public void Standardized_features_have_a_condition_number_below_that_of_all_other_scalings() =>
        Assert.All(Runs.GroupBy(run => (run.Table, run.Seed)), group => Assert.Equal(
            "standard", group.MinBy(run => run.ConditionNumber)!.Scaling));

    [Fact]
    public void In_the_plane_of_raw_weights_each_step_crosses_the_valley_and_none_gets_far_along_it()
    {
        WeightPlane plane = Plane("raw");
        Assert.Equal(1_000_000, plane.Path[^1].Step);
        Assert.All(plane.Path.Skip(1).SkipLast(1), point =>
        {
            Assert.InRange(point.Weight1 / plane.Optimum1, 0, 0.001);
            double side = point.Weight2 / plane.Optimum2;
            Assert.True(point.Step % 2 == 0 ? side < 1 : side > 1, $"step {point.Step} is on the wrong side");
        });
        PathPoint[] strides = [.. plane.Path.Where(point => point.Step is > 20 and < 1_000_000)];
        Assert.Equal(60, strides.Length);
        Assert.All(strides.Zip(strides.Skip(1)), pair => Assert.True(
            (pair.First.Weight2 < plane.Optimum2) != (pair.Second.Weight2 < plane.Optimum2), "a stroke that does not cross the valley"));
        Assert.InRange(plane.Path[^1].Weight1 / plane.Optimum1, 0, 0.01);
    }

    [Fact]
    public void In_the_plane_of_standardized_weights_the_path_leads_to_the_optimum()
    {
        WeightPlane plane = Plane("standard");
        Assert.InRange(plane.Path[^1].Step, 1, 3);
        Assert.Equal(1, plane.Path[^1].Weight1 / plane.Optimum1, 0.1);
        Assert.Equal(1, plane.Path[^1].Weight2 / plane.Optimum2, 0.1);
        Assert.Equal(2, plane.H11, 1e-12);
    }

    [Fact]
    public void Planes_are_kept_for_two_weights_and_the_first_seed() => Assert.All(
        Runs, run => Assert.Equal(run is { Table: "synthetic", Seed: 0 }, run.Plane is not null));

    [Fact]
    public void One_and_two_threads_and_a_second_time_give_the_same_bits()
    {
        int before = Parallelism.Threads;
        try
        {
            string[] results = [.. new[] { 1, 2, 2, 5 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                return string.Join('\n', Study.CsvLines(Run(new StudyInput(2) { Shortening = 1000 })));
            })];
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    [Fact]
    public void An_end_on_the_way_gives_the_descents_that_were_finished()
    {
        using var source = new CancellationTokenSource();
        MeasuredResults some = Run(new StudyInput(20) { Shortening = 1000 }, new CancelAfter(3, source), source.Token);
        Assert.False(some.Completed);
        Assert.InRange(some.Runs.Count, 3, 279);
    }

    [Fact]
    public void An_end_before_the_start_gives_no_descents()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Empty(Run(new StudyInput(1), progress: null, source.Token).Runs);
    }

    [Fact]
    public void No_seeds_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Study.Settings(new StudyInput(0)));

    private static MeasuredResults Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Study.Run(input, Study.Settings(input), progress, cancellationToken);

    private static WeightPlane Plane(string scaling) => Runs.Single(run => run.Plane is not null && run.Scaling == scaling).Plane!;

    private sealed class CancelAfter(int runs, CancellationTokenSource source) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value)
        {
            if (value.Done == runs)
            {
                source.Cancel();
            }
        }
    }
}
