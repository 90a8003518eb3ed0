using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Tests.Formulas;

/// <summary>Numbers within formulas are short.</summary>
public class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "0")]
    [InlineData(2, "2")]
    [InlineData(-1.5, "−1.5")]
    [InlineData(1 / 3.0, "0.3333")]
    [InlineData(0.001, "0.001")]
    [InlineData(1e-5, "1e−5")]
    [InlineData(-1.2342e-9, "−1.234e−9")]
    [InlineData(999999.99996, "1000000")]
    [InlineData(1234567, "1.235e6")]
    [InlineData(double.Epsilon, "4.941e−324")]
    [InlineData(double.MinValue, "−1.798e308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "−Infinity")]
    public void A_number_has_at_most_four_decimals(double value, string text) => Assert.Equal(text, Numbers.Short(value));

    [Theory]
    [InlineData(3, "3")]
    [InlineData(-3, "(−3)")]
    [InlineData(-0.0, "0")]
    public void A_negative_operand_stands_in_parentheses(double value, string text) => Assert.Equal(text, Numbers.Operand(value));

    [Theory]
    [InlineData(new double[0], "")]
    [InlineData(new[] { -1.0 }, "−1")]
    [InlineData(new[] { 1, -2, 0.5, -0.0 }, "1 − 2 + 0.5 + 0")]
    public void A_sum_has_the_signs_of_its_terms(double[] terms, string text) => Assert.Equal(text, Numbers.Sum(terms));

    [Fact]
    public void A_long_sum_breaks_off()
    {
        string sum = Numbers.Sum(Enumerable.Range(100, 100).Select(term => (double)term));

        Assert.StartsWith("100 + 101 + ", sum, StringComparison.Ordinal);
        Assert.EndsWith(" + 107 + …", sum, StringComparison.Ordinal);
    }
}
