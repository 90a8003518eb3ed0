using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class FeaturesAndModelsStudyTests
{
    private static readonly FeaturesAndModelsStudy Study = new();

    [Fact]
    public void Its_runs_have_all_that_it_shows() => Whole.Run(Study, runs: 36);

    [Theory]
    [InlineData(0.2, 0.2, 0.2, 0, 0.01, 0.9, nameof(Finding.Holds))]
    [InlineData(0.04, 0.2, 0.2, 0, 0, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.04, 0.2, 0, 0, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, 0.04, 0, 0, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, 0.2, 0.03, 0, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, 0.2, 0, -0.03, 0.9, nameof(Finding.NotShown))]
    [InlineData(0.2, 0.2, 0.2, 0, 0, 0.4, nameof(Finding.NotShown))]
    [InlineData(0.04, 0.04, 0.04, 0, 0, 0.9, nameof(Finding.DoesNotHold))]
    [InlineData(0.2, 0.2, 0.2, 0.06, 0, 0.9, nameof(Finding.DoesNotHold))]
    [InlineData(0.2, 0.2, 0.2, 0, -0.06, 0.9, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_the_gains_of_five_models_and_by_the_coefficients(
        double neighbours, double svm, double mlp, double tree, double forest, double correlation, string finding) =>
        Assert.Equal(finding, Study.Judge(MadeUp.Results(
        [
            .. new[] { ("k-NN", neighbours), ("SVM", svm), ("MLP", mlp), ("MLP+BN", 0), ("tree", tree), ("forest", forest) }
                .SelectMany(model => new[]
                {
                    Run(model.Item1, "raw", 0.7, 0.5), Run(model.Item1, "standard", 0.7 + model.Item2, correlation),
                }),
        ])).Finding.ToString());

    private static ((string, string)[], (string, double)[]) Run(string model, string scaling, double accuracy, double correlation) => (
        [("table", "wine"), ("model", model), ("scaling", scaling)],
        [("test accuracy", accuracy), ("coefficients and importance", correlation)]);
}
