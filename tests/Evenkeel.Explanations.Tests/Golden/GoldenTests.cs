using Evenkeel.Explanations.Methods;

namespace Evenkeel.Explanations.Tests.Golden;

/// <summary>Every number of every explanation is PyTorch's, in double precision.</summary>
public class GoldenTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_quantity_is_that_of_PyTorch(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);

        Assert.Empty(GoldenComparison.Problems(golden.Explain(), golden.Quantities));
    }

    [Fact]
    public void Every_explanation_has_its_own_example_and_a_random_one() => Assert.Equal(
        ExplanationCatalog.All.SelectMany(entry => new[] { $"{entry.Name}-default", $"{entry.Name}-random" }).Order(StringComparer.Ordinal),
        GoldenCase.Names);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_default_case_is_the_example_of_the_catalog(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        ExplanationInput example = golden.Entry.DefaultInput, input = golden.Input;
        if (name.EndsWith("-random", StringComparison.Ordinal))
        {
            Assert.NotEqual(example.Values, input.Values);
            return;
        }

        Assert.Equal(example.Shape, input.Shape);
        Assert.Equal(example.Values, input.Values);
        Assert.Equal(example.Weight, input.Weight);
        Assert.Equal(example.Bias, input.Bias);
        Assert.Equal(example.OutputGradient, input.OutputGradient);
        Assert.Equal(
            (example.Epsilon, example.Groups, example.Probability, example.Seed),
            (input.Epsilon, input.Groups, input.Probability, input.Seed));
    }

    [Fact]
    public void A_wrong_number_is_found() => AssertProblem(
        "Forward, mean of each set, \\mu", change: quantity => quantity.Symbol.Tex == @"\mu"
            ? quantity with { Values = [.. quantity.Values.Select(value => value * (1 + 1e-11))] }
            : quantity);

    [Fact]
    public void A_number_that_is_not_one_is_found() => AssertProblem(
        "NaN; PyTorch's", change: quantity => quantity with { Values = [.. quantity.Values.Select(_ => double.NaN)] });

    [Fact]
    public void A_quantity_without_a_golden_number_is_found() => AssertProblem(
        "q2: no golden number", change: quantity => quantity.Symbol.Tex == "q" ? quantity with { Symbol = "q2" } : quantity);

    [Fact]
    public void A_quantity_of_another_length_is_found() => AssertProblem(
        "1 numbers; PyTorch has 16", change: quantity => quantity.Symbol.Tex == "q" ? quantity with { Values = [1] } : quantity);

    [Fact]
    public void An_unused_golden_number_is_found()
    {
        GoldenCase golden = GoldenCase.Read("layer-norm-default");

        IReadOnlyList<string> problems =
            GoldenComparison.Problems(golden.Explain(), [.. golden.Quantities, golden.Quantities[0]]);

        Assert.Equal([$"{golden.Quantities[0].Section}, {golden.Quantities[0].Symbol}: unused"], problems);
    }

    private static void AssertProblem(string problem, Func<Quantity, Quantity> change)
    {
        GoldenCase golden = GoldenCase.Read("layer-norm-default");
        Explanation explanation = golden.Explain();
        Explanation changed = explanation with
        {
            Sections =
            [
                .. explanation.Sections.Select(section => section with
                {
                    Steps = [.. section.Steps.Select(step => step with { Quantities = [.. step.Quantities.Select(change)] })],
                }),
            ],
        };

        Assert.Contains(GoldenComparison.Problems(changed, golden.Quantities), found => found.Contains(problem, StringComparison.Ordinal));
    }
}
