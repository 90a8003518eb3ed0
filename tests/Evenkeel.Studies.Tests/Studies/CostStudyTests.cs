using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class CostStudyTests
{
    private static readonly CostStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 3);

    [Theory]
    [InlineData(1.2, 1.1, 1.0, 1.0, nameof(Finding.Holds))]
    [InlineData(1.2, 1.1, 1.05, 1.05, nameof(Finding.Holds))]
    [InlineData(1.2, 1.05, 1.0, 1.0, nameof(Finding.NotShown))]
    [InlineData(1.2, 1.1, 1.0, 1.06, nameof(Finding.NotShown))]
    [InlineData(1.2, 1.05, 1.0, 1.06, nameof(Finding.NotShown))]
    [InlineData(1.05, 1.05, 1.0, 1.0, nameof(Finding.DoesNotHold))]
    [InlineData(1.2, 1.1, 1.06, 1.06, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_training_and_folded_inference_in_every_network(
        double training, double trainingOfOther, double folded, double foldedOfOther, string finding) =>
        Assert.Equal(finding, Decided([Run("perceptron", training, folded), Run("residual", trainingOfOther, foldedOfOther)]));

    [Fact]
    public void Every_seed_must_train_more_slowly()
    {
        var results = MadeUp.Results([Run("perceptron", 1.5, 1)]);
        results = results with { Runs = [.. results.Runs.Skip(1), .. MadeUp.Results([Run("perceptron", 1.04, 1)], seeds: 1).Runs] };
        Assert.Equal(Finding.NotShown, Study.Judge(results).Finding);
    }

    [Theory]
    [InlineData(1.05, 0.96, nameof(Finding.Holds))]
    [InlineData(1.06, 1, nameof(Finding.NotShown))]
    [InlineData(1, 1.06, nameof(Finding.NotShown))]
    [InlineData(0.95, 1, nameof(Finding.NotShown))]
    public void Nothing_is_shown_if_two_copies_of_a_network_differ(double training, double inference, string finding) =>
        Assert.Equal(finding, Decided([Run("perceptron", 1.2, 1), Run("residual", 1.2, 1, training, inference)]));

    private static string Decided(IEnumerable<((string, string)[], (string, double)[])> runs) =>
        Study.Judge(MadeUp.Results(runs)).Finding.ToString();

    private static ((string, string)[], (string, double)[]) Run(
        string network, double training, double folded, double trainingOfCopy = 1, double inferenceOfCopy = 1) => (
        [("network", network)],
        [
            ("training step", training),
            ("inference, not folded", 1.1),
            ("inference, folded", folded),
            ("training step of a copy", trainingOfCopy),
            ("inference of a copy", inferenceOfCopy),
            ("memory in training", 1.2),
        ]);
}
