using Evenkeel.Explanations.Methods;
using Evenkeel.Explanations.Tests.Support;

namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>Whatever the input, each explanation that takes it has finite numbers that agree with each other.</summary>
public class ExplanationPropertyTests
{
    public static TheoryData<string> Methods => [.. ExplanationCatalog.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Numbers_are_finite_and_ways_to_the_gradient_agree(string method)
    {
        ExplanationEntry entry = ExplanationCatalog.All.Single(entry => entry.Name == method);
        int refused = 0, explained = 0;
        Example.Check(example =>
        {
            Explanation explanation;
            try
            {
                explanation = entry.Explain(example.Input);
            }
            catch (ArgumentException e) when (e.Message.Contains("variance", StringComparison.Ordinal))
            {
                refused++;
                return;
            }

            explained++;
            AssertFinite(explanation);
            if (explanation.Graph.Count > 0)
            {
                AssertGradients(explanation);
            }
        });

        Assert.True(explained > refused, $"{method} refused {refused} inputs of {refused + explained}.");
    }

    private static void AssertFinite(Explanation explanation)
    {
        foreach ((Section section, Quantity quantity) in explanation.Quantities())
        {
            string place = $"{section.Title}, {quantity.Symbol.Tex}";
            Assert.True(quantity.Shape.Aggregate(1, (a, b) => a * b) == quantity.Values.Length, place);
            Assert.True(quantity.Axes.Length == quantity.Shape.Length, place);
            Assert.True(quantity.Values.All(double.IsFinite), place);
            Assert.True(quantity.Library is null || quantity.Library.All(double.IsFinite), place);
            Assert.True(quantity.Library is null || quantity.Library.Length == quantity.Values.Length, place);
        }
    }

    private static void AssertGradients(Explanation explanation)
    {
        Section backward = explanation.Section(SectionKind.Backward);
        Quantity dx = backward.Steps[^1].Quantities[^1];
        IReadOnlyList<double[]> otherWays = explanation.Section("The same gradient in two other ways").Values("dx");

        // Where a set is nearly constant, large parts cancel in dx.
        double scale = backward.Steps.SelectMany(step => step.Quantities)
            .Where(quantity => quantity.Symbol.Tex.StartsWith("dx", StringComparison.Ordinal))
            .Max(quantity => quantity.Values.Max(Math.Abs));
        Assert.Equal("dx", dx.Symbol.Tex);
        Assert.All(dx.Values, (value, e) =>
        {
            Assert.Equal(value, otherWays[0][e], 1e-11 * Math.Max(1, scale));
            Assert.Equal(value, otherWays[1][e], 1e-6 * Math.Max(1, scale));
            Assert.Equal(value, dx.Library![e], 1e-5 * Math.Max(1, scale));
        });
    }
}
