using System.Numerics.Tensors;
using System.Text.Json.Nodes;
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
    public void The_density_of_values_other_than_0_lacks_those_that_a_relu_has_switched_off()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.All(results.Runs, run =>
        {
            bool rectified = run.Conditions["activation"] == "ReLU" && run.Conditions["placement"] == "after the activation";
            double lacking = 0.25 * (Sum(run, "density") - Sum(run, "density of values other than 0"));
            Assert.InRange(lacking, rectified ? 0.2 : 0, rectified ? 0.8 : 1e-9);
        });
        JsonObject charts = Study.Report(results).Charts;
        Assert.Equal(
            ["after the activation"],
            Rows(charts["figure-0-0"]!).Where(row => row["text"] is not null).Select(row => row["placement"]!.GetValue<string>()));
        Assert.All(Rows(charts["figure-1-0"]!), row => Assert.Null(row["text"]));

        static double Sum(MeasuredRun run, string quantity) => run.Series(quantity).Sum(point => point.Value);

        static IEnumerable<JsonNode> Rows(JsonNode chart) => chart["data"]!["values"]!.AsArray().Select(row => row!);
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
        Study.WriteReport(Stream.Null, results);
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
