using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Tests.Formulas;

/// <summary>The numbers of a quantity are written alike.</summary>
public class NumberFormatTests
{
    [Theory]
    [InlineData(new double[0], new string[0])]
    [InlineData(new[] { 1.0, -2, 3 }, new[] { "1", "−2", "3" })]
    [InlineData(new[] { 1, 2.5 }, new[] { "1.0", "2.5" })]
    [InlineData(new[] { 0.25, 1 / 3.0 }, new[] { "0.2500", "0.3333" })]
    [InlineData(new[] { 0.0 }, new[] { "0" })]
    [InlineData(new[] { -0.0, 1 }, new[] { "0", "1" })]
    [InlineData(new[] { -1e-16, 0.5 }, new[] { "0.0", "0.5" })]
    [InlineData(new[] { -1e-6, 1 }, new[] { "0.0000", "1.0000" })]
    [InlineData(new[] { 0.1 + 0.2 }, new[] { "0.3" })]
    [InlineData(new[] { 1e-3, 1e-4 }, new[] { "0.0010", "0.0001" })]
    [InlineData(new[] { 999999.5 }, new[] { "999999.5" })]
    [InlineData(new[] { 1e6, 1 }, new[] { "1.000e+6", "1.000e+0" })]
    [InlineData(new[] { 9e-4, -1e-30, 0 }, new[] { "9.000e−4", "−1.000e−30", "0.000e+0" })]
    [InlineData(new[] { double.MaxValue, double.Epsilon }, new[] { "1.798e+308", "4.941e−324" })]
    [InlineData(new[] { double.NaN, 1 }, new[] { "NaN", "1" })]
    [InlineData(new[] { double.NaN }, new[] { "NaN" })]
    [InlineData(new[] { double.NegativeInfinity, double.PositiveInfinity, 0.5 }, new[] { "−Infinity", "Infinity", "0.5" })]
    public void Numbers_have_the_decimals_that_they_need(double[] values, string[] texts) => Assert.Equal(texts, NumberFormat.Of(values));

    [Fact]
    public void Numbers_over_many_powers_of_ten_are_scientific() =>
        Assert.Equal(["2.500e−1", "1.000e+0", "0.000e+0"], NumberFormat.Of([0.25, 1, -0.0], isLogarithmic: true));
}
