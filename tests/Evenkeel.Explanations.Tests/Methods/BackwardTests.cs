using System.Text.RegularExpressions;
using Evenkeel.Explanations.Methods;
using Evenkeel.Explanations.Tests.Golden;
using Evenkeel.Explanations.Tests.Support;

namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>The steps of the backward pass add up to the gradient, which agrees with finite differences.</summary>
public partial class BackwardTests
{
    private const double Rounding = 1e-12;
    private const double FiniteDifference = 1e-7;

    public static TheoryData<string> Standardized => [.. Cases("batch-norm", "layer-norm", "instance-norm", "group-norm")];

    public static TheoryData<string> WithGraphs =>
        [.. Cases("batch-norm", "layer-norm", "instance-norm", "group-norm", "rms-norm", "batch-renorm", "cross-iteration")];

    [Theory]
    [MemberData(nameof(Standardized))]
    public void Backward_has_ten_steps(string name)
    {
        Section backward = GoldenCase.Read(name).Explain().Section(SectionKind.Backward);

        Assert.Equal("Backward in 10 steps", backward.Title);
        Assert.Equal(10, backward.Steps.Count);
    }

    [Theory]
    [MemberData(nameof(WithGraphs))]
    public void Each_step_of_backward_is_about_a_node_of_the_graph(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        int[] computed = [.. Enumerable.Range(0, explanation.Graph.Count).Where(i => explanation.Graph[i].Operands.Count > 0)];
        int x = Array.FindIndex([.. explanation.Graph], node => node.Symbol.Tex == "x");

        Assert.Equal(computed, explanation.Section(SectionKind.Forward).Steps.Select(step => step.Node!.Value));
        Assert.Equal([.. computed.Reverse(), x], explanation.Section(SectionKind.Backward).Steps.Select(step => step.Node!.Value));
    }

    [Theory]
    [MemberData(nameof(WithGraphs))]
    public void The_contributions_to_an_operand_add_up_to_its_gradient(string name)
    {
        Section backward = GoldenCase.Read(name).Explain().Section(SectionKind.Backward);
        var parts = backward.Steps.SelectMany(step => step.Quantities)
            .Select(quantity => (Match: Part.Match(quantity.Symbol.Tex), quantity.Values))
            .Where(part => part.Match.Success)
            .GroupBy(part => part.Match.Groups["symbol"].Value, part => part.Values);

        Assert.NotEmpty(parts);
        Assert.All(parts, contributions =>
        {
            double[] gradient = Assert.Single(backward.Values(contributions.Key));
            double scale = contributions.Max(values => values.Max(Math.Abs));
            Assert.True(contributions.Count() > 1);
            Assert.All(gradient, (value, i) => Assert.Equal(value, contributions.Sum(values => values[i]), Rounding * scale));
        });
    }

    [Theory]
    [MemberData(nameof(Standardized))]
    public void The_gradient_of_the_input_moves_neither_mean_nor_spread_of_a_set(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        Section sums = explanation.Section("Why the sums vanish");
        double[] dx = explanation.Section(SectionKind.Backward).Values("dx")[0];
        double[] normalized = explanation.Section(SectionKind.Forward).Values(@"\hat{x}")[0];
        double[] remainder = Assert.Single(sums.Values(@"\varepsilon \cdot \mathrm{invStd}^3 \cdot \sum d\hat{x} \cdot \hat{x}"));
        int[] sets = explanation.Sets[0].SetOf;
        double scale = dx.Max(Math.Abs);

        Assert.All(remainder, (left, set) =>
        {
            int[] elements = [.. Enumerable.Range(0, sets.Length).Where(e => sets[e] == set)];
            Assert.Equal(0, elements.Sum(e => dx[e]), Rounding * scale * elements.Length);
            Assert.Equal(left, elements.Sum(e => dx[e] * normalized[e]), Rounding * scale * elements.Length);
            Assert.Equal(0, sums.Values(@"\sum dx")[0][set], Rounding * scale * elements.Length);
            Assert.Equal(left, sums.Values(@"\sum dx \cdot \hat{x}")[0][set], Rounding * scale * elements.Length);
        });
    }

    [Theory]
    [MemberData(nameof(WithGraphs))]
    public void Closed_form_and_finite_differences_give_the_same_gradient(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        Section backward = explanation.Section(SectionKind.Backward);
        Section check = explanation.Section("The same gradient in two other ways");
        double[] dx = backward.Values("dx")[0];

        AssertClose(dx, check.Values("dx")[0], Rounding);
        AssertClose(dx, check.Values("dx")[1], FiniteDifference);
        AssertClose(backward.Values(@"d\gamma")[0], check.Values(@"d\gamma")[0], FiniteDifference);
        if (check.Values(@"d\beta") is [var byBias])
        {
            AssertClose(backward.Values(@"d\beta")[0], byBias, FiniteDifference);
        }
    }

    [Theory]
    [InlineData("batch-norm")]
    [InlineData("layer-norm")]
    [InlineData("batch-renorm")]
    public void Finite_differences_hold_where_values_are_large_and_their_spread_is_not(string method)
    {
        var input = new ExplanationInput([4, 2], [1_000_000, 1_000_001, 1_000_003, 1_000_000, 1_000_002, 1_000_005, 1_000_001, 1_000_002]);

        Explanation explanation = ExplanationCatalog.All.Single(entry => entry.Name == method).Explain(input);

        // Doubles near a million are 10⁻¹⁰ apart, and the step is about 10⁻⁵.
        double[] dx = explanation.Section(SectionKind.Backward).Values("dx")[0];
        AssertClose(dx, explanation.Section("The same gradient in two other ways").Values("dx")[1], 1e-4);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));

    private static IEnumerable<string> Cases(params string[] methods) =>
        methods.SelectMany(method => new[] { $"{method}-default", $"{method}-random" });

    [GeneratedRegex(@"^(?<symbol>d.+)\^\{\(\d+\)\}$")]
    private static partial Regex Part { get; }
}
