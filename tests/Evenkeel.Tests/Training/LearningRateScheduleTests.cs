using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Training;

[Collection(nameof(ProcessWideState))]
public class LearningRateScheduleTests
{
    public static TheoryData<string> Kinds => ["constant", "linear", "cosine"];

    [Theory]
    [InlineData("constant", 1, 1, 1, 10)]
    [InlineData("linear", 1, 0.5, 0.1, 5.5)]
    [InlineData("cosine", 1, 0.5, 0.024471741852423214, 5.5)]
    public void Ten_steps_begin_at_the_whole_rate_and_would_end_at_the_eleventh(
        string kind, double first, double sixth, double last, double sum)
    {
        double[] factors = Factors(Of(kind), 10);
        Assert.Equal(first, factors[0], 1e-15);
        Assert.Equal(sixth, factors[5], 1e-15);
        Assert.Equal(last, factors[9], 1e-15);
        Assert.Equal(sum, factors.Sum(), 1e-14);
    }

    [Fact]
    public void The_cosine_is_the_cosine()
    {
        double[] factors = Factors(LearningRateSchedule.Cosine, 1000);
        Assert.All(Enumerable.Range(0, 1000), t => Assert.Equal((1 + Math.Cos(Math.PI * t / 1000)) / 2, factors[t], 1e-15));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_warm_up_grows_in_even_steps_to_the_whole_rate_and_then_the_schedule_begins(string kind)
    {
        double[] factors = Factors(Of(kind) with { WarmUp = 4 }, 14);
        Assert.Equal([0.25, 0.5, 0.75, 1], factors[..4]);
        Assert.Equal(Factors(Of(kind), 10), factors[4..]);
    }

    [Fact]
    public void Each_step_is_taken_at_its_rate_and_behind_an_epoch_the_rate_is_what_it_was()
    {
        var optimizer = new Recorder(0.8);
        Trainer<float> trainer = Make(optimizer);
        LearningRateSchedule schedule = LearningRateSchedule.Linear with { WarmUp = 2 };
        foreach (EpochResult epoch in trainer.Epochs(Data, new FitOptions { Epochs = 2, BatchSize = 3, Schedule = schedule }))
        {
            Assert.Equal(0.8, optimizer.LearningRate);
        }

        Assert.Equal(Factors(schedule, 8).Select(factor => 0.8 * factor), optimizer.Rates);
    }

    [Fact]
    public void Each_call_has_the_whole_schedule_unless_it_tells_its_epochs()
    {
        var optimizer = new Recorder(1);
        Trainer<float> trainer = Make(optimizer);
        FitOptions options = new() { BatchSize = 3, Schedule = LearningRateSchedule.Cosine };
        trainer.Fit(Data, options);
        trainer.Fit(Data, options);
        double[] once = Factors(LearningRateSchedule.Cosine, 4);
        Assert.Equal([.. once, .. once], optimizer.Rates);
    }

    [Fact]
    public void Training_in_parts_is_training_at_once_where_the_schedule_tells_its_epochs()
    {
        Recorder together = new(1), apart = new(1);
        FitOptions options = new() { Epochs = 3, BatchSize = 3, Schedule = LearningRateSchedule.Cosine with { Epochs = 3, WarmUp = 2 } };
        Make(together).Fit(Data, options);
        Trainer<float> trainer = Make(apart);
        trainer.Fit(Data, options with { Epochs = 1 });
        trainer.Fit(Data, options with { Epochs = 2 });
        Assert.Equal(12, together.Rates.Count);
        Assert.Equal(together.Rates, apart.Rates);
        Assert.Throws<ArgumentOutOfRangeException>("step", () => trainer.Fit(Data, options with { Epochs = 1 }));
    }

    [Fact]
    public void A_cancelled_epoch_and_one_that_fails_give_the_rate_back()
    {
        using var source = new CancellationTokenSource();
        var optimizer = new Recorder(0.5, afterStep: source.Cancel);
        FitOptions options = new() { BatchSize = 3, Schedule = LearningRateSchedule.Linear with { WarmUp = 2 } };
        Assert.False(Make(optimizer).Fit(Data, options, null, null, source.Token).Single().Completed);
        Assert.Equal(0.5, optimizer.LearningRate);

        optimizer = new Recorder(0.5, afterStep: () => throw new InvalidOperationException());
        Assert.Throws<InvalidOperationException>(() => Make(optimizer).Fit(Data, options)[^1]);
        Assert.Equal(0.5, optimizer.LearningRate);
        Assert.Equal([0.25], optimizer.Rates);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_factor_allocates_nothing(string kind)
    {
        LearningRateSchedule schedule = Of(kind) with { WarmUp = 2 };
        double sum = 0;
        Assert.Equal(0, AllocatedBytes(() => sum += schedule.Factor(1, 10) + schedule.Factor(7, 10)));
        Assert.True(sum > 0);
    }

    [Fact]
    public void What_is_no_schedule_is_refused()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Linear;
        Assert.Throws<ArgumentOutOfRangeException>("value", () => schedule with { WarmUp = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => schedule with { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("step", () => schedule.Factor(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>("step", () => schedule.Factor(10, 10));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => schedule.Factor(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => (schedule with { WarmUp = 10 }).Factor(0, 10));
        FitOptions options = new() { BatchSize = 3, Schedule = schedule with { WarmUp = 4 } };
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => Make(new Recorder(1)).Fit(Data, options));
        Assert.Empty(Make(new Recorder(1)).Fit(Data, options with { Epochs = 0 }));
    }

    private static Dataset<float> Data { get; } = new(
        Tensor.Create(TestData.Uniform(24, seed: 1), [12, 2]), Tensor.Create(TestData.Uniform(12, seed: 2), [12, 1]));

    private static LearningRateSchedule Of(string kind) => kind switch
    {
        "constant" => LearningRateSchedule.Constant,
        "linear" => LearningRateSchedule.Linear,
        _ => LearningRateSchedule.Cosine,
    };

    private static double[] Factors(LearningRateSchedule schedule, int steps) =>
        [.. Enumerable.Range(0, steps).Select(step => schedule.Factor(step, steps))];

    private static Trainer<float> Make(Optimizer optimizer) =>
        new(new Linear(2, 1, new RandomSource(0), bias: false), new MeanSquaredError(), optimizer);

    /// <summary>Moves nothing, and remembers the rate of each step.</summary>
    private sealed class Recorder(double rate, Action? afterStep = null) : Optimizer(rate)
    {
        public List<double> Rates { get; } = [];

        protected override void Update(Parameter parameter, double learningRate, double weightDecay)
        {
            Rates.Add(learningRate);
            afterStep?.Invoke();
        }
    }
}
