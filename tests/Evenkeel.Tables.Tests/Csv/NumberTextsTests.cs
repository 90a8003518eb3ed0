using System.Globalization;
using System.Text;
using Evenkeel.Tables.Csv;

namespace Evenkeel.Tables.Tests.Csv;

public sealed class NumberTextsTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public void A_text_is_that_of_dotnet_from_which_the_number_is_read_again(string culture)
    {
        NumberFormatInfo numbers = NumberCulture.Of(culture)!;
        var random = new Random(1);
        double[] values =
        [
            0, -0.0, 1, -1.5, 1e15, 1e16, -1e-4, 1e-5, 123456789012345680, double.MaxValue, double.MinValue, double.Epsilon, double.NaN,
            0.1 + 0.2,
            .. Enumerable.Range(0, 100_000).Select(i => i % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                : Math.Round(random.NextDouble() * 1e6, random.Next(15))).Where(double.IsFinite),
        ];
        var texts = new NumberTexts();
        texts.Set([1, 2, 3], numbers);
        texts.Set(values, numbers);
        for (int i = 0; i < values.Length; i++)
        {
            string text = Encoding.UTF8.GetString(texts[i]);
            Assert.Equal(values[i].ToString(numbers), text);
            Assert.Equal(values[i], double.Parse(text, numbers));
        }
    }
}
