using Evenkeel.Numerics.Simd;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Probes;

/// <summary>The shape of a distribution, independent of its mean and its deviation.</summary>
/// <param name="Skewness">The third standardized moment; 0 for a symmetric distribution.</param>
/// <param name="ExcessKurtosis">The fourth standardized moment, minus 3, which is that of the normal distribution.</param>
/// <param name="Zeros">The fraction of values that are exactly 0.</param>
/// <param name="NormalDistance">
/// Kolmogorov and Smirnov's distance of the standardized values from the normal distribution: the largest difference between the fraction
/// of values below a point and the normal distribution's there, from 0 to 1.
/// </param>
internal readonly record struct DistributionShape(double Skewness, double ExcessKurtosis, double Zeros, double NormalDistance)
{
    /// <summary>The shape of sorted values; all but the zeros are NaN where all values are the same.</summary>
    public static DistributionShape Of(float[] sorted)
    {
        var histogram = Histogram.Of(sorted, bins: 1);
        double mean = histogram.Moments.Mean, deviation = Math.Sqrt(histogram.Moments.PopulationVariance);
        double third = 0, fourth = 0, distance = 0, count = sorted.Length;
        for (int i = 0; i < sorted.Length; i++)
        {
            double x = (sorted[i] - mean) / deviation;
            third += x * x * x;
            fourth += x * x * x * x;
            double normal = Normal(x);
            distance = Math.Max(distance, Math.Max(normal - i / count, (i + 1) / count - normal));
        }

        double zeros = histogram.Zeros / count;
        return deviation == 0
            ? new DistributionShape(double.NaN, double.NaN, zeros, double.NaN)
            : new DistributionShape(third / count, fourth / count - 3, zeros, distance);
    }

    /// <summary>The normal distribution, to 10⁻⁷: Abramowitz and Stegun, 26.2.17.</summary>
    public static double Normal(double x)
    {
        double t = 1 / (1 + 0.2316419 * Math.Abs(x));
        double tail = ElementaryFunctions.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x >= 0 ? 1 - tail : tail;
    }
}
