using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void An_epoch_sees_each_sample_once_and_tells_its_mean_loss()
    {
        var progress = new Steps();
        EpochResult[] epochs = [.. Make().Fit(Data(23), new FitOptions { Epochs = 2, BatchSize = 5 }, progress: progress)];

        Assert.Equal([1, 2], epochs.Select(epoch => epoch.Number));
        Assert.All(epochs, epoch =>
        {
            Assert.Equal((5, 23, true), (epoch.Updates, epoch.Samples, epoch.Completed));
            TrainingProgress[] steps = [.. progress.Seen.Where(step => step.Epoch == epoch.Number)];
            Assert.Equal([1, 2, 3, 4, 5], steps.Select(step => step.Update));
            Assert.All(steps, step => Assert.Equal(5, step.UpdatesPerEpoch));
            double sum = steps.Take(4).Sum(step => 5 * step.Loss) + 3 * steps[4].Loss;
            Assert.Equal(sum / 23, epoch.Loss, 1e-12);
        });
    }

    [Fact]
    public void A_last_batch_can_be_left_out()
    {
        EpochResult epoch = Make().Fit(Data(23), new FitOptions { BatchSize = 5, DropLast = true }).Single();

        Assert.Equal((4, 20, true), (epoch.Updates, epoch.Samples, epoch.Completed));
    }

    [Theory]
    [InlineData(21, 5, false, "The last batch of an epoch would have 1 of 21 samples, too few for 'norm', a BatchNorm")]
    [InlineData(20, 1, true, "A batch of 1 has too few samples for 'norm', a BatchNorm")]
    public void A_batch_that_a_normalization_refuses_is_found_before_the_first_step(int count, int size, bool dropLast, string message)
    {
        Dataset<int> data = Data(count);
        var linear = new Linear((int)data.Inputs.Lengths[1], 4, new RandomSource(1));
        var network = new Sequential(
            ("linear", linear), ("norm", new BatchNorm(4)), ("relu", new Relu()), ("last", new Linear(4, 3, new RandomSource(2))));
        float[] before = [.. linear.Weight.Value];
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1));
        var e = Assert.Throws<ArgumentException>(
            "options", () => trainer.Fit(data, new FitOptions { BatchSize = size, DropLast = dropLast }));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, linear.Weight.Value.ToArray());
        Assert.Single(trainer.Fit(data, new FitOptions { BatchSize = 5, DropLast = true }));
    }

    [Fact]
    public void Fit_trains_at_once_and_Epochs_while_they_are_enumerated()
    {
        Trainer<int> trainer = Make(), other = Make();
        var options = new FitOptions { Epochs = 2, BatchSize = 10 };
        IReadOnlyList<EpochResult> fitted = trainer.Fit(Data(40), options);
        float[] weights = [.. trainer.Network.Parameters[0].Value];
        Assert.Equal([1, 2], fitted.Select(epoch => epoch.Number));
        Assert.Equal(fitted, fitted.ToArray());
        Assert.Equal(weights, trainer.Network.Parameters[0].Value);

        float[] before = [.. other.Network.Parameters[0].Value];
        IEnumerable<EpochResult> epochs = other.Epochs(Data(40), options);
        Assert.Equal(before, other.Network.Parameters[0].Value);
        Assert.Equal(fitted.Select(epoch => epoch.Loss), epochs.Select(epoch => epoch.Loss));
        Assert.Equal(weights, other.Network.Parameters[0].Value);
        Assert.Equal([3, 4], epochs.Select(epoch => epoch.Number));
    }

    [Fact]
    public void A_wrong_target_is_found_before_the_first_step_with_its_index()
    {
        var random = new RandomSource(1);
        var network = new Sequential(new Linear(2, 2, random), new BatchNorm(2));
        float[] before = [.. network.Parameters[0].Value];
        Tensor<float> inputs = Tensor.CreateFromShape<float>([40, 2]);
        random.Next().FillNormal(inputs.Elements(), 0, 1);
        int[] labels = new int[40];
        labels[33] = 2;
        var classify = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1));
        AssertRefused<ArgumentException>(
            () => classify.Fit(new Dataset<int>(inputs, Tensor.Create(labels)), new FitOptions { BatchSize = 10 }),
            "targets",
            "Label 2",
            "33");
        var regress = new Trainer<float>(network, new MeanSquaredError(), new Sgd(0.1));
        var narrow = new Dataset<float>(inputs, Tensor.CreateFromShape<float>([40, 1]));
        AssertRefused<ArgumentException>(() => regress.Fit(narrow, new FitOptions { BatchSize = 10 }), "target", "[40, 2]", "[40, 1]");
        Assert.Equal(before, network.Parameters[0].Value);
        Assert.Equal(0, ((BatchNorm)network.Layers[1]).RunningStatistics!.BatchesTracked);
    }

    [Fact]
    public async Task An_epoch_that_is_cancelled_before_its_first_step_is_none()
    {
        Dataset<int> data = Data(200_000); // shuffling them takes a while, in which the other thread cancels
        Trainer<int> trainer = Make();
        for (int i = 0; i < 20; i++)
        {
            using var source = new CancellationTokenSource();
            using var started = new ManualResetEventSlim();
            Task cancel = Task.Run(() =>
            {
                started.Wait();
                source.Cancel();
            });
            started.Set();
            var options = new FitOptions { Epochs = 2, BatchSize = 100_000 };
            foreach (EpochResult epoch in trainer.Epochs(data, options, cancellationToken: source.Token))
            {
                Assert.True(epoch.Updates > 0 && double.IsFinite(epoch.Loss), $"{epoch}");
            }

            await cancel;
        }
    }

    [Fact]
    public void Training_makes_the_loss_small_and_is_measured_in_inference()
    {
        Trainer<int> trainer = Make();
        Dataset<int> data = Data(60);
        double before = trainer.Evaluate(data).Loss;
        trainer.Fit(data, new FitOptions { Epochs = 30, BatchSize = 20 });
        Evaluation after = trainer.Evaluate(data), again = trainer.Evaluate(data);

        Assert.True(after.Loss < before / 4, $"{before} to {after.Loss}");
        Assert.Equal(1, after.Accuracy);
        Assert.Equal(60, after.Samples);
        Assert.Equal(after, again);
    }

    [Fact]
    public void A_further_call_goes_on_counting_and_the_same_seeds_give_the_same_epochs()
    {
        Trainer<int> one = Make(), two = Make();
        EpochResult[] together = [.. one.Fit(Data(40), new FitOptions { Epochs = 3, BatchSize = 10, Seed = 7 })];
        EpochResult[] apart =
        [
            .. two.Fit(Data(40), new FitOptions { Epochs = 1, BatchSize = 10, Seed = 7 }),
            .. two.Fit(Data(40), new FitOptions { Epochs = 2, BatchSize = 10, Seed = 7 }),
        ];

        Assert.Equal(together.Select(epoch => (epoch.Number, epoch.Loss)), apart.Select(epoch => (epoch.Number, epoch.Loss)));
        Assert.Equal(Weights(one), Weights(two));
    }

    [Fact]
    public void A_cancelled_epoch_ends_after_its_step_says_so_and_is_the_last()
    {
        using var source = new CancellationTokenSource();
        var progress = new Steps(step =>
        {
            if (step is { Epoch: 2, Update: 3 })
            {
                source.Cancel();
            }
        });
        EpochResult[] epochs = [.. Make().Fit(Data(40), new FitOptions { Epochs = 5, BatchSize = 10 }, null, progress, source.Token)];

        Assert.Equal([true, false], epochs.Select(epoch => epoch.Completed));
        Assert.Equal((3, 30), (epochs[1].Updates, epochs[1].Samples));
        Assert.Throws<OperationCanceledException>(() => Make().Evaluate(Data(4), source.Token));
        Assert.Empty(Make().Fit(Data(40), new FitOptions { Epochs = 5 }, cancellationToken: source.Token));
    }

    [Fact]
    public void A_network_can_learn_values()
    {
        float[] x = TestData.Uniform(200, seed: 1);
        var data = new Dataset<float>(
            Tensor.Create(x, [100, 2]), Tensor.Create([.. Enumerable.Range(0, 100).Select(i => x[2 * i] - 2 * x[2 * i + 1])], [100, 1]));
        var trainer = new Trainer<float>(new Linear(2, 1, new RandomSource(0)), new MeanSquaredError(), new Adam(0.05));
        trainer.Fit(data, new FitOptions { Epochs = 100, BatchSize = 10 });

        Evaluation result = trainer.Evaluate(data);
        Assert.True(result.Loss < 1e-6, $"{result.Loss}");
        Assert.Null(result.Accuracy);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_at_once()
    {
        Assert.Throws<ArgumentNullException>("network", () => new Trainer<int>(null!, new SoftmaxCrossEntropy(), new Sgd(0.1)));
        Assert.Throws<ArgumentNullException>("loss", () => new Trainer<int>(new Relu(), null!, new Sgd(0.1)));
        Assert.Throws<ArgumentNullException>("optimizer", () => new Trainer<int>(new Relu(), new SoftmaxCrossEntropy(), null!));
        Assert.Throws<ArgumentNullException>("data", () => Make().Fit(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make().Fit(Data(4), new FitOptions { Epochs = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make().Fit(Data(4), new FitOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make().Fit(Data(4), new FitOptions { BatchSize = 5, DropLast = true }));
    }

    private static float[] Weights(Trainer<int> trainer) =>
        [.. trainer.Network.Parameters.SelectMany(parameter => parameter.Value.Elements().ToArray())];

    private static Trainer<int> Make()
    {
        var random = new RandomSource(3);
        var network = new Sequential(
            new Linear(4, 16, random, bias: false), new BatchNorm(16), new Relu(), new Linear(16, 3, random));
        return new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1, momentum: 0.5));
    }

    /// <summary>Three classes that a glance tells apart: which of the first three numbers is the largest.</summary>
    private static Dataset<int> Data(int count)
    {
        float[] x = TestData.Uniform(4 * count, seed: 5);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            x[4 * i + labels[i]] += 4;
        }

        return new Dataset<int>(Tensor.Create(x, [count, 4]), Tensor.Create(labels, [count]));
    }

    private sealed class Steps(Action<TrainingProgress>? also = null) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value)
        {
            Seen.Add(value);
            also?.Invoke(value);
        }
    }
}
