using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Studies.InitScale;

public sealed class InitScaleStudyTests
{
    [Fact]
    public void The_settings_are_the_books()
    {
        InitScaleSettings settings = new InitScaleStudy().Settings(new StudyInput(3, Images(2000), "squares"));
        Assert.Equal(16, settings.Scales.Count);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(Math.Pow(10, -4.0 * i / 15), settings.Scales[i], 1e-15);
        }

        Assert.Equal(
            (3, 191, 100, 1000, 12, 5, 100, 4, 0.01, "squares"),
            (settings.Seeds, settings.Updates, settings.BatchSize, settings.Samples, settings.Inputs, settings.HiddenLayers,
                settings.Width, settings.Classes, settings.LearningRate, settings.Data));
    }

    [Fact]
    public void Every_scale_is_trained_with_and_without_normalization_for_every_seed_and_measured_every_tenth_update()
    {
        InitScaleResults results = Run(Images(50), Settings(50, seeds: 2));
        Assert.True(results.Completed);
        var expected =
            from seed in Enumerable.Range(0, 2)
            from scale in Settings(50).Scales
            from normalization in new[] { InitScaleRun.Batch, InitScaleRun.None }
            select (scale, normalization, seed);
        Assert.Equal(expected.Order(), results.Runs.Select(r => (r.Scale, r.Normalization, r.Seed)).Order());
        Assert.All(results.Runs, run => Assert.Equal([1, 11, 21], run.Accuracy.Select(point => point.Update)));
        Assert.All(results.Runs, run => Assert.Equal(run.Seed == 0 ? 2 : 0, run.AtStart.Count));
        Assert.All(results.Runs, run => Assert.Equal(run.Seed == 0 ? 2 : 0, run.AtEnd.Count));
    }

    [Fact]
    public void One_and_two_threads_and_a_second_time_give_the_same_bits()
    {
        int before = Parallelism.Threads;
        try
        {
            ImageClassificationData images = Images(50);
            string[] results = [.. new[] { 1, 2, 2, 5 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                return Bits(Run(images, Settings(50, seeds: 2)));
            })];
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    [Fact]
    public void Seeds_differ() => Assert.Equal(
        3, Enumerable.Range(0, 3).Select(seed => Weights(seed, InitScaleRun.None)[0]).Distinct().Count());

    [Fact]
    public void With_and_without_normalization_training_starts_from_the_same_weights_of_the_said_deviation()
    {
        float[] with = Weights(seed: 1, InitScaleRun.Batch);
        Assert.Equal(Weights(seed: 1, InitScaleRun.None), with);
        Assert.Equal(0.1, Math.Sqrt(with.Average(w => (double)w * w)), 0.02);
        Assert.Contains(
            InitScaleStudy.Network(Settings(50), 0.1, InitScaleRun.Batch, 1).Layers, layer => layer is BatchNorm);
        Assert.DoesNotContain(
            InitScaleStudy.Network(Settings(50), 0.1, InitScaleRun.None, 1).Layers, layer => layer is BatchNorm);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    public void Before_the_first_update_normalization_takes_the_batchs_own_statistics(double scale)
    {
        // What a ReLU leaves of values of mean 0 and deviation 1 has a deviation of at most 1, whatever the weights; running
        // statistics that have seen nothing would leave it in proportion to them.
        InitScaleResults results = Run(Images(50), Settings(50) with { Scales = [scale], Updates = 1, Width = 50 });
        InitScaleRun run = results.Runs.Single(r => r.Normalization == InitScaleRun.Batch);
        Assert.All(run.AtStart, layer => Assert.InRange(layer.StandardDeviation, 0.4, 0.8));
    }

    [Fact]
    public void Looking_at_the_activations_leaves_the_running_statistics_alone()
    {
        ImageClassificationData images = Images(50);
        Sequential network = InitScaleStudy.Network(Settings(50), 0.1, InitScaleRun.Batch, seed: 0);
        double[] before = [.. network.Layers.OfType<BatchNorm>().SelectMany(b => b.RunningStatistics!.Variance.ToArray())];
        InitScaleStudy.Histograms(network, images.Train, seed: 0);
        Assert.Equal(before, network.Layers.OfType<BatchNorm>().SelectMany(b => b.RunningStatistics!.Variance.ToArray()));
        Assert.All(network.Layers.OfType<BatchNorm>(), b => Assert.Equal(StatisticsSource.ByPass, b.Source));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(21)]
    public void Few_samples_and_samples_that_leave_one_for_the_last_batch_are_trained(int samples)
    {
        InitScaleResults results = Run(Images(samples), Settings(samples) with { BatchSize = 10 });
        Assert.True(results.Completed);
        Assert.All(results.Runs, run => Assert.InRange(run.FinalAccuracy, 0, 1));
    }

    [Fact]
    public void One_sample_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => new InitScaleStudy().Settings(new StudyInput(1, Images(1), "one")));
        Assert.Contains("at least two", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_seeds_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new InitScaleStudy().Settings(new StudyInput(0, Images(10), "ten")));

    [Fact]
    public void The_receiver_sees_progress_rise_by_one_to_the_total()
    {
        var progress = new Recorder();
        InitScaleResults results = Run(Images(20), Settings(20, seeds: 20) with { Updates = 1 }, progress);
        Assert.Equal(Enumerable.Range(1, results.Runs.Count), progress.Seen.Select(p => p.Done));
        Assert.All(progress.Seen, p => Assert.Equal(results.Runs.Count, p.Total));
        Assert.Equal(progress.Seen.OrderBy(p => p.Elapsed), progress.Seen);
    }

    [Fact]
    public void An_end_on_the_way_gives_the_networks_that_were_finished_as_they_would_have_been()
    {
        using var source = new CancellationTokenSource();
        ImageClassificationData images = Images(50);
        var progress = new Recorder(p =>
        {
            if (p.Done == 3)
            {
                source.Cancel();
            }
        });
        InitScaleResults some = Run(images, Settings(50, seeds: 20), progress, source.Token);
        Assert.False(some.Completed);
        Assert.InRange(some.Runs.Count, 3, 79);

        string all = Bits(Run(images, Settings(50, seeds: 20)));
        Assert.All(some.Runs, run => Assert.Contains(Bits(run), all, StringComparison.Ordinal));
    }

    [Fact]
    public void An_end_before_the_start_gives_no_networks()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        InitScaleResults none = Run(Images(50), Settings(50), progress: null, source.Token);
        Assert.False(none.Completed);
        Assert.Empty(none.Runs);
    }

    private static InitScaleResults Run(
        ImageClassificationData images,
        InitScaleSettings settings,
        IProgress<StudyProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        new InitScaleStudy().Run(new StudyInput(settings.Seeds, images), settings, progress, cancellationToken);

    /// <summary>Images of 3×4 pixels of four classes, each with one bright row of pixels.</summary>
    private static ImageClassificationData Images(int count)
    {
        const int Pixels = 12, Classes = 4;
        var inputs = new float[count * Pixels];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (i % Classes == i / Pixels % Classes ? 0.7f : 0) + 0.3f * (i * 37 % 101) / 101;
        }

        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
        var set = new Dataset<int>(Tensor.Create(inputs, [count, 3, 4, 1]), Tensor.Create(labels, [count]));
        return new ImageClassificationData(set, set, Height: 3, Width: 4, Channels: 1, Classes);
    }

    /// <summary>A study with everything in it, done in a moment.</summary>
    private static InitScaleSettings Settings(int samples, int seeds = 1) =>
        new([1, 0.1], seeds, Updates: 21, BatchSize: 20, samples, Inputs: 12, HiddenLayers: 2, Width: 10, Classes: 4, 0.01, "squares", 2);

    private static float[] Weights(int seed, string normalization) =>
    [
        .. InitScaleStudy.Network(Settings(50), 0.1, normalization, seed).Layers.OfType<Linear>()
            .SelectMany(linear => linear.Weight.Value.ToArray()),
    ];

    private static string Bits(InitScaleResults results) => string.Join(
        '\n', results.Runs.OrderBy(r => r.Seed).ThenBy(r => r.Scale).ThenBy(r => r.Normalization, StringComparer.Ordinal).Select(Bits));

    private static string Bits(InitScaleRun run)
    {
        var numbers = new List<double>();
        numbers.AddRange(run.Accuracy.Select(point => point.TrainAccuracy));
        foreach (LayerHistogram layer in run.AtStart.Concat(run.AtEnd))
        {
            numbers.AddRange([layer.Low, layer.High, layer.Mean, layer.StandardDeviation, .. layer.Counts.Select(c => (double)c)]);
        }

        return $"{run.Scale} {run.Normalization} {run.Seed}: "
            + string.Join(' ', numbers.Select(number => BitConverter.DoubleToInt64Bits(number).ToString("X", null)));
    }

    private sealed class Recorder(Action<StudyProgress>? then = null) : IProgress<StudyProgress>
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
