using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class PlacementStudyTests
{
    private static readonly PlacementStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows()
    {
        StudyResults<MeasuredSettings, MeasuredRun> results = Whole.Run(Study, runs: 4);
        MeasuredRun Of(string activation, string placement) =>
            results.Runs.Single(run => run.Conditions["activation"] == activation && run.Conditions["placement"] == placement);
        Assert.Equal(0, Of("ReLU", "before the activation").Last("mean fraction of zeros"), 0.01);
        Assert.InRange(Of("ReLU", "after the activation").Last("mean fraction of zeros"), 0.2, 0.8);
    }

    [Fact]
    public void Images_that_are_all_the_same_have_no_shape_and_no_verdict()
    {
        var blank = new Dataset<int>(
            Tensor.CreateFromShape<float>([10, 4, 4, 1]), Tensor.Create([.. Enumerable.Range(0, 10).Select(i => i % 2)]));
        var input = new StudyInput(3, new ImageClassificationData(blank, blank, 4, 4, 1, 2), "blank") { Shortening = 500 };
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.True(results.Completed);
        Assert.All(results.Runs, run => Assert.True(double.IsNaN(run.Last("mean distance from a Gaussian"))));
        Assert.NotEqual(Finding.Holds, Study.Judge(results).Finding);
    }

    [Theory]
    [InlineData(0.3, 0, 0.05, nameof(Finding.Holds))]
    [InlineData(2, 0, 0.05, nameof(Finding.NotShown))]
    [InlineData(0.3, 0.6, 0.05, nameof(Finding.NotShown))]
    [InlineData(0.3, 0, 0.3, nameof(Finding.NotShown))]
    [InlineData(1.5, 0.5, 0.2, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_shape_with_relu(double skewness, double zeros, double distance, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            Run("ReLU", "before the activation", skewness, zeros, distance),
            Run("ReLU", "after the activation", 1.5, 0.5, 0.2),
            Run("tanh", "before the activation", 9, 0.9, 0.9),
            Run("tanh", "after the activation", 0, 0, 0),
        ])).Finding.ToString());

    private static ((string, string)[], (string, double)[]) Run(
        string activation, string placement, double skewness, double zeros, double distance) => (
        [("activation", activation), ("placement", placement)],
        [
            ("mean skewness, magnitude", skewness), ("mean fraction of zeros", zeros), ("mean distance from a Gaussian", distance),
            ("mean accuracy", 0.9), ("final accuracy", 0.95),
        ]);
}
