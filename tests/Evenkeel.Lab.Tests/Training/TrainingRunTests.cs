using Evenkeel.Lab.Training;

namespace Evenkeel.Lab.Tests.Training;

public class TrainingRunTests
{
    [Theory]
    [InlineData("batch", "before", "sigmoid")]
    [InlineData("batch", "after", "relu")]
    [InlineData("none", "before", "tanh")]
    [InlineData("layer", "before", "relu")]
    [InlineData("rms", "after", "relu")]
    [InlineData("group", "before", "relu")]
    [InlineData("renorm", "before", "relu")]
    [InlineData("cross-iteration", "before", "relu")]
    public void A_run_learns_and_shows_its_layers(string normalizer, string place, string activation)
    {
        var run = new TrainingRun(Settings(normalizer, place, activation).Check());
        run.Step(takesFrame: true);
        double first = run.Frame.Loss;
        for (int step = 0; step < 99; step++)
        {
            run.Step(takesFrame: step == 98);
        }

        RunFrame frame = run.Frame;
        Assert.Equal(100, frame.Step);
        Assert.True(frame.Loss < first, $"{frame.Loss} after {first}");
        Assert.InRange(frame.TestAccuracy, 0, 1);
        Assert.False(frame.HasDied);
        Assert.Equal(2, frame.Layers.Count);
        Assert.All(frame.Layers, layer =>
        {
            Assert.Equal(32 * 16, layer.Counts.Sum());
            Assert.True(layer.Gradient > 0);
            Assert.Equal(normalizer == "none", layer.Weight is null);
            Assert.Equal(normalizer is "batch" or "renorm" or "cross-iteration", layer.RunningMean is not null);
        });
    }

    [Fact]
    public void The_input_of_an_activation_behind_batch_normalization_has_mean_0_and_deviation_1()
    {
        var run = new TrainingRun(Settings("batch", "before", "relu"));
        run.Step(takesFrame: true);

        Assert.All(run.Frame.Layers, layer => Assert.Equal((0, 1), (Math.Round(layer.Mean, 5), Math.Round(layer.Deviation, 2))));
        Assert.All(run.Frame.Layers, layer => Assert.InRange(layer.Inactive, 0.3, 0.7));
    }

    [Fact]
    public void A_run_that_diverges_dies_and_stays_where_it_was()
    {
        var run = new TrainingRun(Settings("none", "before", "relu") with { Depth = 10, LearningRate = 10, Scale = 5 });
        for (int step = 0; step < 200 && !run.Frame.HasDied; step++)
        {
            run.Step(takesFrame: false);
        }

        Assert.True(run.Frame.HasDied);
        long last = run.Frame.Step;
        run.Step(takesFrame: true);
        Assert.Equal(last, run.Frame.Step);
    }

    [Fact]
    public void A_run_that_fails_says_why_and_takes_no_more_steps()
    {
        var run = new TrainingRun(Settings("batch", "before", "relu"));
        run.Fail("out of order");
        run.Step(takesFrame: true);

        Assert.Equal((true, "out of order", 0L), (run.Frame.HasDied, run.Frame.Problem, run.Frame.Step));
    }

    [Fact]
    public void The_same_settings_give_the_same_run()
    {
        TrainingRun first = new(Settings("batch", "before", "relu")), second = new(Settings("batch", "before", "relu"));
        for (int step = 0; step < 10; step++)
        {
            first.Step(takesFrame: step == 9);
            second.Step(takesFrame: true); // observed in every step
        }

        Assert.Equal(first.Frame.Layers[0].Gradient, second.Frame.Layers[0].Gradient);
        Assert.Equal(first.Frame.Layers[1].Counts, second.Frame.Layers[1].Counts);
    }

    private static RunSettings Settings(string normalizer, string place, string activation) =>
        new(normalizer, place, activation, Depth: 2, Width: 16, Scale: 0, LearningRate: 0.1, BatchSize: 32, Seed: 0);
}
