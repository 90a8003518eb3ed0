using System.Globalization;

namespace Evenkeel.Tests.Support;

/// <summary>How far results are from a reference.</summary>
public static class Closeness
{
    /// <summary>
    /// The largest difference, relative to <paramref name="scale"/>, or, where that is null, to the largest number
    /// expected; NaN and infinity must be where they are expected, or the error is infinite.
    /// </summary>
    public static double Error(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double? scale = null)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = scale ?? 0;
        double error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsFinite(expected[i]) && double.IsFinite(actual[i]))
            {
                error = Math.Max(error, Math.Abs(actual[i] - expected[i]));
                largest = scale ?? Math.Max(largest, Math.Abs(expected[i]));
            }
            else if (!actual[i].Equals(expected[i]))
            {
                return double.PositiveInfinity;
            }
        }

        return error == 0 ? 0 : error / largest;
    }

    /// <summary>Fails where <see cref="Error"/> is above the tolerance.</summary>
    public static void AssertClose(
        ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, double? scale = null, string what = "")
    {
        double error = Error(actual, expected, scale);
        Assert.True(
            error <= tolerance,
            string.Create(CultureInfo.InvariantCulture, $"{what} is off by {error:g3}; {tolerance:g3} is tolerated."));
    }

    /// <inheritdoc cref="AssertClose(ReadOnlySpan{double}, ReadOnlySpan{double}, double, double?, string)"/>
    public static void AssertClose(
        ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, double? scale = null, string what = "") =>
        AssertClose(expected, TestData.Widen(actual), tolerance, scale, what);

    /// <summary>Fails where a single bit differs; NaN equals NaN, and 0 does not equal −0.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(Bits(expected), Bits(actual));

    private static uint[] Bits(ReadOnlySpan<float> values)
    {
        var bits = new uint[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToUInt32Bits(float.IsNaN(values[i]) ? float.NaN : values[i]);
        }

        return bits;
    }
}
