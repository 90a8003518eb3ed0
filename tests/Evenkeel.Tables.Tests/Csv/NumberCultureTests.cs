using Evenkeel.Tables.Csv;

namespace Evenkeel.Tables.Tests.Csv;

public sealed class NumberCultureTests
{
    [Theory]
    [InlineData("en-US", ".")]
    [InlineData("de-DE", ",")]
    [InlineData("de", ",")]
    [InlineData("DE_de", ",")]
    [InlineData("de-CH", ".")]
    [InlineData("fr-CH", ",")]
    [InlineData("es", ",")]
    [InlineData("es-MX", ".")]
    [InlineData("en-ZA", ",")]
    [InlineData("sr-Latn-RS", ",")]
    [InlineData("zh-Hans-CN", ".")]
    public void A_culture_has_its_decimal_mark(string name, string mark) =>
        Assert.Equal(mark, NumberCulture.Of(name)!.NumberDecimalSeparator);

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("german")]
    [InlineData("de-")]
    [InlineData("-de")]
    [InlineData("de DE")]
    [InlineData("de-agq bas")]
    [InlineData("dk")]
    [InlineData("xx-DE")]
    public void What_is_no_name_of_a_culture_is_none(string name) => Assert.Null(NumberCulture.Of(name));
}
