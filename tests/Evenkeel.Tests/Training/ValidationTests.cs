using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

/// <summary>Validation during training, and what depends on it: early stopping, the best epoch, callbacks, the history.</summary>
public class ValidationTests
{
    [Fact]
    public void Each_epoch_is_evaluated_as_the_network_is_after_it()
    {
        Trainer<int> trainer = FitExample.Create();
        foreach (EpochResult epoch in trainer.Epochs(FitExample.Data, FitExample.Options, FitExample.Held))
        {
            Assert.Equal(trainer.Evaluate(FitExample.Held), epoch.Validation);
            Assert.Equal(20, epoch.Validation!.Samples);
        }

        Assert.Null(FitExample.Create().Fit(FitExample.Data)[0].Validation);
    }

    [Theory]
    [InlineData(0.25, 11)] // 11.25
    [InlineData(0.29, 13)] // 13.05
    [InlineData(0.001, 1)]
    [InlineData(1e-300, 1)]
    [InlineData(0.95, 43)] // 42.75
    public void A_share_of_the_data_at_its_end_is_held_out(double share, int held)
    {
        var options = FitExample.Options with { ValidationFraction = share, Augmentation = null, Epochs = 1 };
        Trainer<int> shared = FitExample.Create(), separate = FitExample.Create();
        EpochResult epoch = shared.Fit(FitExample.Data, options with { Schedule = null })[0];
        Assert.Equal((45 - held, held), (epoch.Samples, epoch.Validation!.Samples));

        separate.Fit(
            FitExample.Data.Take(45 - held),
            options with { ValidationFraction = 0, Schedule = null },
            FitExample.Data.Slice(45 - held, held));
        Assert.Equal(epoch.Validation, separate.History[0].Validation);
        Assert.Equal(FitExample.StateOf(separate.Network), FitExample.StateOf(shared.Network));
    }

    [Fact]
    public void One_sample_at_least_remains_to_train_on()
    {
        var data = new Dataset<float>(Zeros([4, 2]), Zeros([4, 1]));
        var trainer = new Trainer<float>(new Linear(2, 1, new RandomSource(0)), new MeanSquaredError(), new Sgd(0.1));
        EpochResult epoch = trainer.Fit(data, new FitOptions { ValidationFraction = 0.999 })[0];
        Assert.Equal((1, 3), (epoch.Samples, epoch.Validation!.Samples));
    }

    [Fact]
    public void What_cannot_be_held_out_or_validated_is_refused_before_the_first_step()
    {
        Trainer<int> trainer = FitExample.Create();
        string[] before = [.. FitExample.StateOf(trainer.Network)];
        foreach (double share in (double[])[-0.1, 1, double.NaN])
        {
            AssertRefused<ArgumentOutOfRangeException>(
                () => trainer.Epochs(FitExample.Data, new FitOptions { ValidationFraction = share }),
                "options",
                "ValidationFraction",
                "below 1");
        }

        var options = new FitOptions { ValidationFraction = 0.5 };
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(FitExample.Data, options, FitExample.Held), "validation", "ValidationFraction", "one of the two");
        AssertRefused<ArgumentException>(() => trainer.Epochs(FitExample.Data.Take(1), options), "data", "single sample");
        var narrow = new Dataset<int>(Zeros([3, 4, 4, 1]), Tensor.Create([0, 1, 2]));
        AssertRefused<ArgumentException>(() => trainer.Epochs(FitExample.Data, null, narrow), "input", "16");
        var wrong = new Dataset<int>(Zeros([3, 5, 5, 1]), Tensor.Create([0, 3, 2]));
        AssertRefused<ArgumentException>(() => trainer.Epochs(FitExample.Data, null, wrong), "targets", "Label 3");
        var wrongAtTheEnd = new Dataset<int>(Zeros([4, 5, 5, 1]), Tensor.Create([0, 1, 2, 3]));
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(wrongAtTheEnd, new FitOptions { ValidationFraction = 0.25 }), "targets", "Label 3");
        Assert.Equal(before, FitExample.StateOf(trainer.Network));
        Assert.Empty(trainer.History);
    }

    [Fact]
    public void Comparing_epochs_needs_validation_data()
    {
        Trainer<int> trainer = FitExample.Create();
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(FitExample.Data, new FitOptions { EarlyStopping = new EarlyStopping() }),
            "options", "EarlyStopping", "'validation'", "ValidationFraction");
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(FitExample.Data, new FitOptions { RestoreBest = true }), "options", "RestoreBest", "ValidationFraction");
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(FitExample.Data, new FitOptions { Monitor = ValidationMetric.Accuracy }), "options", "Monitor");
        Assert.Throws<ArgumentOutOfRangeException>(
            () => trainer.Epochs(FitExample.Data, new FitOptions { Monitor = (ValidationMetric)2 }, FitExample.Held));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping { MinDelta = -1e-9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping { MinDelta = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping { MinDelta = double.NaN });
    }

    [Fact]
    public void An_accuracy_that_the_loss_does_not_count_cannot_be_watched()
    {
        var data = new Dataset<float>(Zeros([4, 2]), Zeros([4, 1]));
        var trainer = new Trainer<float>(new Linear(2, 1, new RandomSource(0)), new MeanSquaredError(), new Sgd(0.1));
        AssertRefused<ArgumentException>(
            () => trainer.Epochs(data, new FitOptions { Monitor = ValidationMetric.Accuracy }, data),
            "options", "MeanSquaredError", "ValidationMetric.Loss");
    }

    [Theory]
    [InlineData(2, 0, new[] { 5, 4, 4, 3, 3, 3, 1.0 }, 6)] // a tie is no improvement
    [InlineData(2, 0, new[] { 5, double.NaN, 4, double.NaN, double.NaN, 1 }, 5)]
    [InlineData(3, 0, new[] { double.NaN, double.NaN, double.NaN, 1 }, 3)]
    [InlineData(2, 1, new[] { 5, 4.5, 3.5, 3.0, 2.5, 1 }, 5)] // 5 to 3.5 is an improvement; 3.5 to 2.5 is none
    [InlineData(1, 0, new[] { double.PositiveInfinity, 3, 2, 1, 0, 0.5 }, 6)]
    [InlineData(5, 0, new[] { 3.0, 2, 1 }, 3)]
    public void Training_stops_when_the_loss_did_not_improve_for_some_epochs(int patience, double minDelta, double[] losses, int epochs)
    {
        var options = new FitOptions
        {
            Epochs = losses.Length,
            BatchSize = 4,
            EarlyStopping = new EarlyStopping { Patience = patience, MinDelta = minDelta },
        };
        (Trainer<float> trainer, Dataset<float> data) = Scripted(losses);
        IReadOnlyList<EpochResult> results = trainer.Fit(data, options, data.Take(1));

        Assert.Equal(losses.Take(epochs), results.Select(result => result.Validation!.Loss));
        Assert.All(results, result => Assert.True(result.Completed));
    }

    [Theory]
    [InlineData(new[] { 5, 3, 4.0 }, 2)]
    [InlineData(new[] { 3, 3, 4.0 }, 1)] // the first of equals
    [InlineData(new[] { double.NaN, 8, double.NaN }, 2)]
    [InlineData(new[] { 3, 2.5, 2.0 }, 3)] // less than the least difference of early stopping
    [InlineData(new[] { double.NaN, double.NaN, double.NaN }, 3)] // none: the network stays as it is
    public void The_network_gets_back_the_state_of_the_best_epoch(double[] losses, int best)
    {
        (Trainer<float> trainer, Dataset<float> data) = Scripted(losses);
        var states = new List<IReadOnlyList<string>>();
        trainer.Fit(
            data,
            new FitOptions
            {
                Epochs = 3,
                BatchSize = 4,
                RestoreBest = true,
                EarlyStopping = new EarlyStopping { MinDelta = 10 },
                EpochCompleted = _ => states.Add(FitExample.StateOf(trainer.Network)),
            },
            data.Take(1));

        Assert.Equal(3, states.Distinct().Count());
        Assert.Equal(states[best - 1], FitExample.StateOf(trainer.Network));
    }

    [Fact]
    public void The_best_epoch_is_restored_when_training_stops_early_is_cancelled_or_is_left()
    {
        double[] losses = [5, 3, 4, 4, 4, 4];
        var options = new FitOptions { Epochs = 6, BatchSize = 4, RestoreBest = true };

        AssertRestored((trainer, data, completed) => trainer.Fit(
            data, options with { EarlyStopping = new EarlyStopping { Patience = 2 }, EpochCompleted = completed }, data.Take(1)));
        using var source = new CancellationTokenSource();
        AssertRestored((trainer, data, completed) => trainer.Fit(
            data,
            options with { EpochCompleted = completed },
            data.Take(1),
            new Steps(step =>
            {
                if (step is { Epoch: 4, Update: 1 })
                {
                    source.Cancel();
                }
            }),
            source.Token));
        AssertRestored((trainer, data, completed) =>
            Assert.Equal(4, trainer.Epochs(data, options with { EpochCompleted = completed }, data.Take(1)).ElementAt(3).Number));
        AssertRestored((trainer, data, completed) => Assert.Throws<InvalidOperationException>(() => trainer.Fit(
            data,
            options with { EpochCompleted = completed },
            data.Take(1),
            new Steps(step => _ = step.Epoch == 4 ? throw new InvalidOperationException() : 0))));

        void AssertRestored(Action<Trainer<float>, Dataset<float>, Action<EpochResult>> train)
        {
            (Trainer<float> trainer, Dataset<float> data) = Scripted(losses);
            var states = new List<IReadOnlyList<string>>();
            train(trainer, data, _ => states.Add(FitExample.StateOf(trainer.Network)));
            Assert.InRange(states.Count, 3, 4);
            Assert.Equal(states[1], FitExample.StateOf(trainer.Network));
        }
    }

    [Fact]
    public void Each_call_has_a_best_epoch_of_its_own()
    {
        (Trainer<float> trainer, Dataset<float> data) = Scripted([1, 2, 5, 4]);
        var options = new FitOptions { Epochs = 2, BatchSize = 4, RestoreBest = true };
        IEnumerable<EpochResult> epochs = trainer.Epochs(data, options, data.Take(1));
        Assert.Equal([1, 2], epochs.Select(epoch => epoch.Number));
        IReadOnlyList<string> state = [];
        foreach (EpochResult epoch in epochs)
        {
            state = FitExample.StateOf(trainer.Network);
            Assert.InRange(epoch.Number, 3, 4);
        }

        Assert.Equal(state, FitExample.StateOf(trainer.Network));
    }

    [Fact]
    public void The_accuracy_can_be_watched()
    {
        Trainer<int> trainer = FitExample.Create();
        var evaluations = new List<(double? Accuracy, IReadOnlyList<string> State)>();
        trainer.Fit(
            FitExample.Data,
            FitExample.Options with
            {
                Epochs = 12,
                Monitor = ValidationMetric.Accuracy,
                RestoreBest = true,
                EpochCompleted = epoch => evaluations.Add((epoch.Validation!.Accuracy, FitExample.StateOf(trainer.Network))),
            },
            FitExample.Held);

        Assert.True(evaluations.DistinctBy(evaluation => evaluation.Accuracy).Count() > 2);
        Assert.Equal(evaluations.MaxBy(evaluation => evaluation.Accuracy).State, FitExample.StateOf(trainer.Network));
    }

    [Fact]
    public void The_callback_comes_after_each_completed_epoch_and_before_the_next()
    {
        var events = new List<string>();
        using var source = new CancellationTokenSource();
        Trainer<int> trainer = FitExample.Create();
        var options = FitExample.Options with { EpochCompleted = epoch => events.Add($"completed {epoch.Number}") };
        var steps = new Steps(step =>
        {
            if (step.Update == 1)
            {
                events.Add($"begun {step.Epoch}");
            }

            if (step is { Epoch: 3, Update: 2 })
            {
                source.Cancel();
            }
        });
        foreach (EpochResult epoch in trainer.Epochs(FitExample.Data, options, FitExample.Held, steps, source.Token))
        {
            events.Add($"result {epoch.Number}");
            Assert.Equal(epoch.Completed, epoch.Validation is not null);
        }

        Assert.Equal(
            ["begun 1", "completed 1", "result 1", "begun 2", "completed 2", "result 2", "begun 3", "result 3"], events);
    }

    [Fact]
    public void The_history_holds_the_epochs_of_all_calls_with_their_last_learning_rate()
    {
        Trainer<int> trainer = FitExample.Create(new Sgd(0.2));
        Assert.Empty(trainer.History);
        var options = new FitOptions { Epochs = 2, BatchSize = 9, Schedule = LearningRateSchedule.Linear };
        EpochResult[] results =
        [
            .. trainer.Fit(FitExample.Data, options),
            .. trainer.Epochs(FitExample.Data, options with { Schedule = null, Epochs = 1 }),
        ];

        Assert.Equal(results, trainer.History);
        Assert.Equal([1, 2, 3], trainer.History.Select(epoch => epoch.Number));
        Assert.Equal([0.2 * (1 - 4 / 10.0), 0.2 * (1 - 9 / 10.0), 0.2], trainer.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void A_snapshot_is_filled_only_with_the_state_of_its_network()
    {
        Layer network = FitExample.Create().Network, other = FitExample.Create().Network;
        StateSnapshot snapshot = new(network), loaded = new(other);
        snapshot.Take();
        Assert.Equal(
            network.StateDict(includeTrainingOnly: true).Select(tensor => tensor.Name), snapshot.Tensors.Select(tensor => tensor.Name));
        network.Parameters[0].Value.Elements().Clear();
        loaded.Load(snapshot.Tensors);
        loaded.Restore();
        snapshot.Restore();
        Assert.Equal(FitExample.StateOf(network), FitExample.StateOf(other));
        Assert.NotEqual(0, network.Parameters[0].Value[0, 0]);

        AssertInvalid("'norm.running_var' is missing", snapshot.Tensors.Where(tensor => tensor.Name != "norm.running_var"));
        AssertInvalid("'last.bias' appears twice", snapshot.Tensors.Append(snapshot.Tensors[^1]));
        AssertInvalid("'more' is not part", snapshot.Tensors.Append(snapshot.Tensors[0].WithName("more")));
        AssertInvalid(
            "'last.bias' is Float32 [12, 25]; expected Float32 [3]",
            [.. snapshot.Tensors.SkipLast(1), snapshot.Tensors[0].WithName("last.bias")]);
        ((BatchNorm)((Sequential)other).Layers[2]).RunningStatistics!.Variance.Elements().Fill(-1);
        AssertInvalid("'norm.running_var' holds -1", other.StateDict(includeTrainingOnly: true));

        void AssertInvalid(string message, IEnumerable<Evenkeel.Tensors.NamedTensor> tensors) =>
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => loaded.Load(tensors)).Message, StringComparison.Ordinal);
    }

    /// <summary>A training with two steps per epoch whose validation, on one sample, has the given losses.</summary>
    private static (Trainer<float> Trainer, Dataset<float> Data) Scripted(double[] losses)
    {
        var data = new Dataset<float>(
            Tensor.Create([.. Enumerable.Range(0, 8).Select(i => (float)i * i)], [8, 1]), Tensor.Create(new float[8], [8, 1]));
        var network = new Sequential(new Linear(1, 1, new RandomSource(1)), new BatchNorm(1));
        return (new Trainer<float>(network, new ScriptedLoss(losses), new Sgd(0.1)), data);
    }

    private sealed class ScriptedLoss(double[] losses) : Loss<float>
    {
        private int _evaluations;

        protected override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
        {
            gradient.Elements().Fill(0.5f);
            return target.Lengths[0] == 1 ? losses[_evaluations++] : 0;
        }
    }

    private sealed class Steps(Action<TrainingProgress> taken) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => taken(value);
    }
}
