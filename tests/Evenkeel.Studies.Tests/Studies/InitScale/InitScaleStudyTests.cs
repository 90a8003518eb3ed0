using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies.InitScale;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies.InitScale;

public sealed class InitScaleStudyTests
{
    private static readonly InitScaleStudy Study = new();

    [Theory]
    [InlineData(9, 7, nameof(Finding.Holds))]
    [InlineData(8, 7, nameof(Finding.NotShown))]
    [InlineData(9, 8, nameof(Finding.NotShown))]
    [InlineData(9, 9, nameof(Finding.DoesNotHold))]
    [InlineData(0, 0, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_many_scales_learn(int withBatch, int without, string finding)
    {
        MeasuredResults results = SyntheticResults.WithFinal((scale, normalization) =>
            Array.IndexOf(SyntheticResults.Scales, scale) < (normalization == "batch" ? withBatch : without) ? 0.9 : 0.1);
        Assert.Equal(finding, Study.Judge(results).Finding.ToString());
    }

    [Theory]
    [InlineData(0.6, 0.49, 16, 0)]
    [InlineData(0.59, 0.5, 0, 16)]
    public void Networks_without_normalization_have_the_lower_threshold(double batch, double none, int withBatch, int without)
    {
        Verdict verdict = Study.Judge(SyntheticResults.WithFinal((_, normalization) => normalization == "batch" ? batch : none));
        Assert.Equal(
            $"With batch normalization, {withBatch} of 16 scales reach an accuracy of 0.6; without it, {without} of 16 reach 0.5.",
            verdict.Reason);
    }

    [Fact]
    public void The_table_has_a_row_per_scale_and_marks_those_that_learn()
    {
        StudyTable table = Study.Table(
            SyntheticResults.WithFinal((scale, normalization) => scale == 1 && normalization == "batch" ? 0.65 : 0.4));
        Assert.Equal(16, table.Rows.Count);
        Assert.Equal([new("1.00000"), new("0.650 (0.650 to 0.650)", IsGood: true), new("0.400 (0.400 to 0.400)")], table.Rows[0]);
        Assert.False(table.Rows[1][1].IsGood);
    }

    [Fact]
    public void Runs_that_are_missing_are_dashes_in_the_table()
    {
        MeasuredResults some = SyntheticResults.Create(completed: false);
        Assert.Equal(["0.00010", "-", "-"], Study.Table(some).Rows[^1].Select(cell => cell.Text));
    }

    [Fact]
    public void The_scales_are_the_books() =>
        Assert.All(SyntheticResults.Scales.Index(), scale => Assert.Equal(Math.Pow(10, -4.0 * scale.Index / 15), scale.Item, 1e-15));

    [Fact]
    public void Every_scale_is_trained_with_and_without_normalization_and_measured_every_tenth_update()
    {
        MeasuredResults results = Run(MadeUp.Input(seeds: 2) with { Shortening = 8 });
        Assert.True(results.Completed);
        Assert.Equal(2 * 16 * 2, results.Runs.Count);
        Assert.Equal(
            SyntheticResults.Scales,
                results.Runs.Select(run => double.Parse(run.Conditions["scale"], CultureInfo.InvariantCulture)).Distinct());
        Assert.All(results.Runs, run => Assert.Equal([1.0, 11, 21], run.Series("train accuracy").Select(point => point.X)));
        Assert.All(results.Runs, run => Assert.Equal(run.Series("train accuracy").Last().Value, run.Last(InitScaleStudy.Final)));
        Assert.All(results.Runs, run => Assert.Equal(run.Seed == 0 ? 10 : 0, run.Histograms?.Count ?? 0));
    }

    [Fact]
    public void With_and_without_normalization_training_starts_from_the_same_weights_of_the_given_deviation()
    {
        float[] with = Weights("batch");
        Assert.Equal(Weights("none"), with);
        Assert.Equal(0.1, Math.Sqrt(with.Average(w => (double)w * w)), 0.002);
        Assert.Contains(Network("batch").Layers, layer => layer is BatchNorm);
        Assert.DoesNotContain(Network("none").Layers, layer => layer is BatchNorm);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    public void Before_the_first_update_normalization_takes_the_batchs_own_statistics(double scale)
    {
        // What a ReLU leaves of values of mean 0 and deviation 1 has a deviation of at most 1, whatever the weights; running
        // statistics that have seen nothing would leave it in proportion to them.
        ImageClassificationData images = MadeUp.Input().Images!;
        var recorder = new Recorder();
        InitScaleStudy.RecordActivations(
            InitScaleStudy.Network(images, scale, "batch", seed: 0), images.Train, InitScaleStudy.AtStart, seed: 0, recorder);
        Assert.Equal([1.0, 2, 3, 4, 5], recorder.Histograms!.Select(layer => layer.X));
        Assert.All(recorder.Histograms!, layer => Assert.InRange(layer.StandardDeviation, 0.4, 0.8));
    }

    [Fact]
    public void Looking_at_the_activations_leaves_the_running_statistics_alone()
    {
        ImageClassificationData images = MadeUp.Input().Images!;
        Sequential network = Network("batch");
        double[] before = [.. network.Layers.OfType<BatchNorm>().SelectMany(b => b.RunningStatistics!.Variance.ToArray())];
        InitScaleStudy.RecordActivations(network, images.Train, InitScaleStudy.AtStart, seed: 0, new Recorder());
        Assert.Equal(before, network.Layers.OfType<BatchNorm>().SelectMany(b => b.RunningStatistics!.Variance.ToArray()));
        Assert.All(network.Layers.OfType<BatchNorm>(), b => Assert.Equal(StatisticsSource.ByPass, b.Source));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(101)]
    public void Few_samples_and_samples_that_leave_one_for_the_last_batch_are_trained(int samples)
    {
        MeasuredResults results = Run(MadeUp.Input(count: samples));
        Assert.True(results.Completed);
        Assert.All(results.Runs, run => Assert.InRange(run.Last(InitScaleStudy.Final), 0, 1));
    }

    [Fact]
    public void One_sample_is_refused() => Assert.Contains(
        "at least 2", Assert.Throws<InvalidDataException>(() => Study.Settings(MadeUp.Input(count: 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void No_seeds_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Study.Settings(MadeUp.Input(seeds: 0)));

    [Fact]
    public void The_receiver_sees_progress_rise_by_one_to_the_total()
    {
        var progress = new Receiver();
        MeasuredResults results = Run(MadeUp.Input(), progress);
        Assert.Equal(Enumerable.Range(1, results.Runs.Count), progress.Seen.Select(p => p.Done));
        Assert.All(progress.Seen, p => Assert.Equal(results.Runs.Count, p.Total));
        Assert.Equal(progress.Seen.OrderBy(p => p.Elapsed), progress.Seen);
    }

    [Fact]
    public void A_cancelled_study_has_the_runs_that_were_finished_as_they_would_have_been()
    {
        using var source = new CancellationTokenSource();
        StudyInput input = MadeUp.Input(seeds: 2);
        var progress = new Receiver(p =>
        {
            if (p.Done == 3)
            {
                source.Cancel();
            }
        });
        MeasuredResults some = Run(input, progress, source.Token);
        Assert.False(some.Completed);
        Assert.InRange(some.Runs.Count, 3, 63);

        string[] all = [.. Study.CsvLines(Run(input))];
        Assert.All(Study.CsvLines(some), line => Assert.Contains(line, all));
    }

    [Fact]
    public void A_study_cancelled_before_its_start_has_no_runs()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        MeasuredResults none = Run(MadeUp.Input(), progress: null, source.Token);
        Assert.False(none.Completed);
        Assert.Empty(none.Runs);
    }

    private static MeasuredResults Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Study.Run(input, Study.Settings(input), progress, cancellationToken);

    private static Sequential Network(string normalization) => InitScaleStudy.Network(MadeUp.Input().Images!, 0.1, normalization, seed: 1);

    private static float[] Weights(string normalization) =>
        [.. Network(normalization).Layers.OfType<Linear>().SelectMany(linear => linear.Weight.Value.Elements().ToArray())];

    private sealed class Receiver(Action<StudyProgress>? then = null) : IProgress<StudyProgress>
    {
        private int _inside;

        public List<StudyProgress> Seen { get; } = [];

        public void Report(StudyProgress value)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            Seen.Add(value);
            Thread.Yield();
            then?.Invoke(value);
            Interlocked.Decrement(ref _inside);
        }
    }
}
