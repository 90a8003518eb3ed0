using Evenkeel.Explanations.Tests.Golden;
using Evenkeel.Explanations.Tests.Support;

namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>The library's numbers in an explanation are what the library gives to its users, bit for bit.</summary>
public class LibraryTests
{
    // Numbers are sums of products of single-precision ones, which may cancel.
    private const double Rounding = 2e-6;

    // A layer shows no moments; batch normalization keeps them, in double precision and of the same sets, but adds in another order.
    private const double Regrouping = 1e-14;

    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_librarys_numbers_are_those_of_a_fresh_call(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Explanation explanation = golden.Explain();
        var fresh = LibraryNumbers.Of(golden.Method, golden.Input, explanation)
            .GroupBy(number => (number.Section, number.Symbol))
            .ToDictionary(group => group.Key, group => new Queue<double[]>(group.Select(number => number.Values)));
        HashSet<string> everywhere = [];

        foreach ((Section section, Quantity quantity) in explanation.Quantities().Where(entry => entry.Quantity.Library is not null))
        {
            string symbol = quantity.Symbol.Tex;
            double[]? expected = fresh.TryGetValue((section.Title, symbol), out Queue<double[]>? own) ? own.Dequeue()
                : fresh.TryGetValue((null, symbol), out Queue<double[]>? shared) ? shared.Peek()
                : null;
            _ = everywhere.Add(symbol);

            Assert.True(expected is not null, $"{section.Title}, {symbol}: no call of the library");
            AssertSame(expected, quantity.Library!, symbol is @"\mu" or @"\sigma^2" ? Regrouping : 0, $"{section.Title}, {symbol}");
        }

        Assert.All(fresh, entry => Assert.True(
            entry.Key.Section is null ? everywhere.Contains(entry.Key.Symbol) : entry.Value.Count == 0, $"{entry.Key} is not shown"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_librarys_numbers_are_those_of_double_precision_within_rounding(string name)
    {
        IEnumerable<(Section Section, Quantity Quantity)> shown =
            GoldenCase.Read(name).Explain().Quantities().Where(entry => entry.Quantity.Library is not null);

        Assert.All(shown, entry => Assert.InRange(
            entry.Quantity.LibraryDifference!.Value, 0, Rounding * Math.Max(1, entry.Quantity.Values.Max(Math.Abs))));
    }

    private static void AssertSame(double[] expected, double[] actual, double tolerance, string place)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(
            BitConverter.DoubleToInt64Bits(pair.First) == BitConverter.DoubleToInt64Bits(pair.Second)
                || Math.Abs(pair.First - pair.Second) < tolerance * Math.Abs(pair.First),
            $"{place}: {pair.Second:R}; a fresh call gives {pair.First:R}"));
    }
}
