using Evenkeel.Cli.Reports;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Reports;

public class ReportTextTests
{
    [Theory]
    [InlineData("short", "short")]
    [InlineData("exactly twenty-six letters", "exactly twenty-six letters")]
    [InlineData("a name of more than twenty-six letters", "a name of more th… letters")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("a\u202eb", "a<U+202E>b")]
    public void Names_are_shortened_in_the_middle(string name, string shown) => Assert.Equal(shown, ReportText.Short(name));

    [Fact]
    public void Characters_of_two_halves_are_not_cut()
    {
        string shown = ReportText.Short(string.Concat(Enumerable.Repeat("😀", 100)));
        Assert.Equal(26, shown.EnumerateRunes().Count());
        Assert.DoesNotContain('\ufffd', shown);
    }

    [Theory]
    [InlineData("city=Bonn", "city=Bonn")]
    [InlineData("Wildlife Species=Mourning dove", "Wildlif…cies=Mourning dove")]
    [InlineData("city=a name of more than twenty-six letters", "city=a name of mor…letters")]
    [InlineData("=a name of more than twenty-six letters", "=a name of more t… letters")]
    public void A_long_feature_keeps_both_its_parts(string name, string shown) => Assert.Equal(shown, ReportText.ShortFeature(name));

    [Fact]
    public void Labels_are_all_different() => Assert.Equal(
        ["a", "a (2)", "(empty)", "xxxxxxxxxxxxxxxxx…xxxxxxxx", "xxxxxxxxxxxxxxxxx…xxxxxxxx (2)"],
        ReportText.Labels(["a", "a", "", new string('x', 100), new string('x', 101)]));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1.23456, "−1.235")]
    [InlineData(123456.7, "123,457")]
    [InlineData(0.00001234, "1.23e−5")]
    [InlineData(double.NaN, "–")]
    public void Numbers_have_four_digits(double value, string shown) => Assert.Equal(shown, ReportText.Number(value));

    [Fact]
    public void A_mean_that_rounding_leaves_is_zero() =>
        Assert.Equal("0 ± 1", ReportText.MeanAndDeviation(new Moments(10, 1e-9, 10)));

    [Fact]
    public void Arguments_are_quoted_where_a_shell_needs_it() => Assert.Equal(
        @"evenkeel train my.csv --label 'a b' --columns '' 'it'\''s'",
        SettingsSection.CommandLine(["train", "my.csv", "--label", "a b", "--columns", "", "it's"]));
}
