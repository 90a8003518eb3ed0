using Evenkeel.Numerics;

namespace Evenkeel.Studies.Results;

/// <summary>The distribution of values over bins of equal width.</summary>
/// <param name="Low">The smallest finite value; 0 if there is none.</param>
/// <param name="High">The largest finite value; 0 if there is none.</param>
/// <param name="Counts">The number of finite values in each bin from low to high; empty if there are none.</param>
/// <param name="Moments">The moments of the finite values.</param>
/// <param name="Zeros">The number of values that are 0.</param>
/// <param name="NonFinite">The number of values that are NaN or infinite.</param>
internal sealed record Histogram(double Low, double High, IReadOnlyList<int> Counts, Moments Moments, int Zeros, int NonFinite)
{
    /// <summary>Counts the values of a span.</summary>
    /// <param name="values">The values.</param>
    /// <param name="bins">The number of bins between the smallest and the largest value, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is below 1.</exception>
    public static Histogram Of(ReadOnlySpan<float> values, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Moments moments = Moments.Empty;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        int zeros = 0, nonFinite = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                nonFinite++;
                continue;
            }

            moments = Moments.Merge(moments, Moments.Of(value));
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            zeros += value == 0 ? 1 : 0;
        }

        return moments.Count == 0
            ? new Histogram(0, 0, [], moments, 0, nonFinite)
            : new Histogram(low, high, Count(values, low, high, bins), moments, zeros, nonFinite);
    }

    private static int[] Count(ReadOnlySpan<float> values, double low, double high, int bins)
    {
        var counts = new int[bins];
        double binsPerUnit = high > low ? bins / (high - low) : 0;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                counts[Math.Min((int)((value - low) * binsPerUnit), bins - 1)]++;
            }
        }

        return counts;
    }
}
