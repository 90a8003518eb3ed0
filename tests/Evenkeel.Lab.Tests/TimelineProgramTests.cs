using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Time;

namespace Evenkeel.Lab.Tests;

public class TimelineProgramTests
{
    [Theory]
    [InlineData(0.1, true, "train")]
    [InlineData(0, false, "freeze")]
    [InlineData(0.02, true, "recalibrate")]
    public void The_CSharp_program_prints_the_timeline(double newWeight, bool isSample, string after)
    {
        var request = new TimelineRequest(newWeight, isSample, BatchSize: 8, Steps: 40, after, Seed: 3);
        var line = Timeline.Of(request);

        Assert.Equal(
            Enumerable.Range(0, request.Steps).Select(step => FormattableString.Invariant(
                $"{step + 1}: mean {line.RunningMean[step]:F4}, variance {line.RunningVariance[step]:F4}, ")
                + FormattableString.Invariant($"5 becomes {line.InferenceOutput[step]:F4}")),
            CSharpProgram.Run(TimelineProgram.Of(request).CSharp!));
    }

    [TorchFact]
    public void The_PyTorch_program_repairs_by_recalibration()
    {
        var request = new TimelineRequest(0.1, IsSample: true, BatchSize: 256, Steps: 40, "recalibrate", Seed: 3);
        string[] lines = PythonProgram.Run(TimelineProgram.Of(request).PyTorch!);

        Assert.Equal(40, lines.Length);
        Assert.Matches(@"^25: mean 2\.[5-8]", lines[24]);
        Assert.Matches(@"^40: mean 1\.[45]", lines[39]);
    }

    [Fact]
    public void PyTorch_keeps_no_population_variance() =>
        Assert.Null(TimelineProgram.Of(new(0.1, IsSample: false, BatchSize: 8, Steps: 40, "train", Seed: 0)).PyTorch);
}
