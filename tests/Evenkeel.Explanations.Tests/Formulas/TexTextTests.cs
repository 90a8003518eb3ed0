using System.Text.RegularExpressions;
using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Tests.Golden;

namespace Evenkeel.Explanations.Tests.Formulas;

/// <summary>Formulas in TeX become lines of Unicode text.</summary>
public class TexTextTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [InlineData("", "")]
    [InlineData("x", "x")]
    [InlineData("x - 1", "x − 1")]
    [InlineData(@"\mu = \mathrm{mean}(x)", "μ = mean(x)")]
    [InlineData(@"\gamma \cdot \hat{x} + \beta", "γ · x̂ + β")]
    [InlineData(@"\frac{1}{m}", "1/m")]
    [InlineData(@"\frac{a + b}{2}", "(a + b)/2")]
    [InlineData(@"\frac{1}{a \cdot b}", "1/(a · b)")]
    [InlineData(@"\frac{1}{2\,s}", "1/(2s)")]
    [InlineData(@"\frac{L(x + h) - L(x - h)}{2h}", "(L(x + h) − L(x − h))/(2h)")]
    [InlineData(@"\frac{\frac{a}{b}}{c}", "(a/b)/c")]
    [InlineData(@"\frac{f(a + b)}{10}", "f(a + b)/10")]
    [InlineData(@"\frac{\partial y}{\partial x}", "∂y/∂x")]
    [InlineData(@"\sqrt{x}", "√x")]
    [InlineData(@"\sqrt{\sigma^2 + \varepsilon}", "√(σ² + ε)")]
    [InlineData(@"\tilde{x}", "x̃")]
    [InlineData(@"\bar{\sigma}^2", "σ̄²")]
    [InlineData("25^n", "25ⁿ")]
    [InlineData("x^{-1}", "x⁻¹")]
    [InlineData("x^{(2)}", "x⁽²⁾")]
    [InlineData("e^{-z}", "e^(−z)")]
    [InlineData(@"W^\prime", "W′")]
    [InlineData("q_{25}", "q_25")]
    [InlineData(@"\mu_{\mathrm{past}}^2", "μ_past²")]
    [InlineData(@"\mathrm{running\_mean}", "running_mean")]
    [InlineData(@"\mathrm{mask} \in \{0, 1\}", "mask ∈ {0, 1}")]
    [InlineData(@"\sum dy \cdot \hat{x}", "Σdy · x̂")]
    [InlineData(@"\langle a, \Delta\theta \rangle", "⟨ a, Δθ ⟩")]
    [InlineData(@"\nu \gets \nu + \alpha", "ν ← ν + α")]
    [InlineData(@"x \approx y \le z \ge \max(a, \min)", "x ≈ y ≤ z ≥ max(a, min)")]
    [InlineData("{a{b}c}", "abc")]
    public void A_formula_becomes_a_line_of_text(string tex, string text) => Assert.Equal(text, TexText.Of(tex));

    [Theory]
    [InlineData(@"\integral x", @"\integral")]
    [InlineData(@"\Mu", @"\Mu")]
    [InlineData("{x", "opening brace")]
    [InlineData(@"\frac{1}{x", "opening brace")]
    [InlineData("x}", "closing brace")]
    [InlineData("{x}}", "closing brace")]
    [InlineData(@"\frac{1}", "without its argument")]
    [InlineData(@"\frac{1} + }", "closing brace")]
    [InlineData(@"\frac{1}}", "without its argument")]
    [InlineData(@"\sqrt", "without its argument")]
    [InlineData(@"\hat", "without its argument")]
    [InlineData("x^", "without its argument")]
    [InlineData("x_", "without its argument")]
    [InlineData("x\\", "backslash at its end")]
    [InlineData(@"{\sqrt}", "without its argument")]
    public void A_formula_that_is_not_understood_is_refused(string tex, string problem)
    {
        FormatException error = Assert.Throws<FormatException>(() => TexText.Of(tex));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(tex, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_formula_of_an_explanation_becomes_text(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        Formula[] formulas =
        [
            .. explanation.Graph.Select(node => node.Symbol),
            .. from section in explanation.Sections
               from step in section.Steps
               from formula in step.Formulas.Concat(step.Quantities.Select(quantity => quantity.Symbol))
               select formula,
        ];
        IEnumerable<string> sentences =
            from section in explanation.Sections
            from step in section.Steps
            from text in new[] { section.Title, section.Text, step.Title, step.Text }
                .Concat(step.Examples).Concat(step.Quantities.Select(quantity => quantity.Meaning))
            select text;

        Assert.NotEmpty(formulas);
        Assert.All(formulas, formula => AssertIsText(formula.Text, mayHaveBraces: formula.Tex.Contains(@"\{", StringComparison.Ordinal)));
        Assert.All(sentences, sentence => AssertIsText(sentence, mayHaveBraces: false));
    }

    private static void AssertIsText(string text, bool mayHaveBraces)
    {
        Assert.DoesNotMatch(mayHaveBraces ? @"\\" : @"[\\{}]", text);
        Assert.DoesNotMatch(new Regex(@"\S  +\S"), text);
    }
}
