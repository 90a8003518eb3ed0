using System.Security.Cryptography;
using System.Text;
using Evenkeel.Models;
using Evenkeel.Training;

namespace Evenkeel.Tests.Training;

public class FitRunTests
{
    private const int StepsPerEpoch = 6;

    [Fact]
    public void Training_without_validation_has_the_bits_that_it_had_before_there_was_any()
    {
        Trainer<int> trainer = FitExample.Create();
        trainer.Fit(FitExample.Data, FitExample.Options);

        string state = string.Join('\n', FitExample.StateOf(trainer.Network));
        Assert.Equal("C478F8862E59AC43", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)))[..16]);
    }

    [Fact]
    public void Validation_callbacks_and_a_snapshot_do_not_change_the_bits_of_training()
    {
        Trainer<int> plain = FitExample.Create(), watched = FitExample.Create();
        plain.Fit(FitExample.Data, FitExample.Options);
        var options = FitExample.Options with { EarlyStopping = new EarlyStopping { Patience = 9 }, EpochCompleted = static _ => { } };
        watched.Fit(FitExample.Data, options, FitExample.Held);

        Assert.Equal(FitExample.StateOf(plain.Network), FitExample.StateOf(watched.Network));
    }

    /// <summary>The number of steps before the interruption: each step of three epochs, also the last of an epoch.</summary>
    public static TheoryData<int> Interruptions => [.. Enumerable.Range(1, 3 * StepsPerEpoch - 1)];

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void A_run_that_begins_at_a_position_of_another_takes_the_same_steps(int steps)
    {
        Trainer<int> whole = FitExample.Create(new Sgd(0.2)), second = FitExample.Create(new Sgd(0.2));
        _ = Begin(whole, null, default).Run().ToArray();

        (FitPosition position, StateSnapshot state, StateSnapshot best) = Interrupted(FitExample.Create(new Sgd(0.2)), steps);
        Assert.Equal(steps, position.Results.Count * StepsPerEpoch + position.Step);

        // As in another process: a network from a file, an optimizer without state.
        second.Network.Load(state.Tensors);
        FitRun<int> run = Begin(second, null, default);
        run.Best!.Load(best.Tensors);
        EpochResult[] rest = [.. RunFrom(position, run, second)];

        Assert.Equal(FitExample.StateOf(whole.Network), FitExample.StateOf(second.Network));
        Assert.Equal(whole.History.Select(WithoutTime), run.Position.Results.Select(WithoutTime));
        Assert.Equal(rest, second.History);
        Assert.Equal((3, 0.2), (second.LastEpoch, second.Optimizer.LearningRate));

        static EpochResult WithoutTime(EpochResult result) => result with { Elapsed = default };
    }

    [Fact]
    public void A_run_that_begins_within_the_validation_validates_first()
    {
        Trainer<int> trainer = FitExample.Create();
        (FitPosition position, _, _) = Interrupted(trainer, StepsPerEpoch);
        Assert.Equal((1, StepsPerEpoch, 0), (position.Epoch, position.Step, position.Results.Count));
        EpochResult cancelled = Assert.Single(trainer.History);
        Assert.Equal((false, StepsPerEpoch), (cancelled.Completed, cancelled.Updates));
        Assert.Null(cancelled.Validation);

        EpochResult next = RunFrom(position, Begin(trainer, progress: null, default), trainer).First();
        Assert.Equal((1, true), (next.Number, next.Completed));
        Assert.NotNull(next.Validation);
        Assert.Equal((cancelled.Loss, cancelled.LearningRate), (next.Loss, next.LearningRate));
    }

    [Fact]
    public void The_rate_without_the_schedule_and_the_time_are_known_within_an_epoch()
    {
        Trainer<int> trainer = FitExample.Create();
        FitRun<int>? run = null;
        var rates = new List<double>();
        var times = new List<TimeSpan>();
        var steps = new Steps(_ =>
        {
            rates.Add(run!.LearningRateWithoutSchedule);
            times.Add(run.Elapsed);
        });
        run = Begin(trainer, steps, default);
        Assert.Equal(0.2, run.LearningRateWithoutSchedule);
        _ = RunFrom(new FitPosition { ElapsedSeconds = 1000 }, run, trainer).First();
        Assert.Equal(StepsPerEpoch, run.StepsPerEpoch);
        Assert.All(rates, rate => Assert.Equal(0.2, rate));
        Assert.Equal(times.Order(), times);
        Assert.InRange(trainer.History[0].Elapsed.TotalSeconds, 1000, 1900);
        Assert.Equal(TimeSpan.Zero, run.Elapsed);
    }

    [Fact]
    public void The_steps_of_an_epoch_allocate_nothing()
    {
        long[] allocated = new long[4 * StepsPerEpoch];
        int taken = 0;
        var steps = new Steps(_ => allocated[taken++] = GC.GetAllocatedBytesForCurrentThread());
        FitExample.Create().Fit(FitExample.Data, FitExample.Options with { Epochs = 4 }, FitExample.Held, steps);
        Assert.Equal(allocated.Length, taken);
        Assert.Single(allocated[^StepsPerEpoch..].Distinct());
    }

    [Fact]
    public void A_run_whose_patience_is_spent_or_whose_epochs_are_done_takes_no_step()
    {
        Trainer<int> trainer = FitExample.Create();
        string[] before = [.. FitExample.StateOf(trainer.Network)];
        FitRun<int> run = Begin(trainer, null, default);
        EpochResult done = new(1, 0.5, StepsPerEpoch, 45, default, Completed: true);
        Assert.Empty(RunFrom(new FitPosition { Epoch = 4, Results = [done, done, done] }, run, trainer));
        Assert.Empty(RunFrom(new FitPosition { Epoch = 2, Results = [done], EpochsWithoutImprovement = 2 }, run, trainer));
        Assert.Equal(before, FitExample.StateOf(trainer.Network));
    }

    private static IEnumerable<EpochResult> RunFrom(FitPosition position, FitRun<int> run, Trainer<int> trainer)
    {
        trainer.Interrupted.Enqueue(new InterruptedFit(position, run.Settings, Best: null, IsOver: false));
        return run.Run();
    }

    /// <summary>Trains for some steps; returns copies of the position, of the network and of the best epoch's network.</summary>
    private static (FitPosition Position, StateSnapshot State, StateSnapshot Best) Interrupted(Trainer<int> trainer, int steps)
    {
        using var source = new CancellationTokenSource();
        StateSnapshot state = new(trainer.Network);
        FitRun<int>? run = null;
        FitPosition? position = null;
        int taken = 0;
        run = Begin(
            trainer,
            new Steps(_ =>
            {
                if (++taken == steps)
                {
                    position = Copy(run!.Position);
                    state.Take(); // before the run restores the best epoch
                    source.Cancel();
                }
            }),
            source.Token);
        _ = run.Run().ToArray();
        Assert.Equal(steps, taken);
        return (position!, state, run.Best!);
    }

    private static FitRun<int> Begin(Trainer<int> trainer, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        new(
            trainer,
            FitExample.Data,
            FitExample.Options with { EarlyStopping = new EarlyStopping { Patience = 2 }, RestoreBest = true },
            FitExample.Held,
            progress,
            cancellationToken);

    private static FitPosition Copy(FitPosition position) => new()
    {
        FirstEpoch = position.FirstEpoch,
        Epoch = position.Epoch,
        Step = position.Step,
        LossSum = position.LossSum,
        Samples = position.Samples,
        LearningRate = position.LearningRate,
        ElapsedSeconds = position.ElapsedSeconds,
        Results = [.. position.Results],
        BestMeasure = position.BestMeasure,
        BestEpoch = position.BestEpoch,
        ImprovedMeasure = position.ImprovedMeasure,
        EpochsWithoutImprovement = position.EpochsWithoutImprovement,
    };

    private sealed class Steps(Action<TrainingProgress> taken) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => taken(value);
    }
}
