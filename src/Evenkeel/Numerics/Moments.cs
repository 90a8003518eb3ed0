namespace Evenkeel.Numerics;

/// <summary>
/// The first two moments of a set of values: the count, the mean, and the sum of squared deviations from the mean.
/// </summary>
/// <remarks>
/// <para>
/// Every normalizer computes moments. They merge without loss: the statistics of a batch, of many micro-batches, of a stream
/// or of several machines are all merged moments.
/// </para>
/// <para>
/// Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
/// </para>
/// </remarks>
/// <param name="Count">The number of values, or the sum of their weights.</param>
/// <param name="Mean">The mean, in the unit of the values; 0 if there are no values.</param>
/// <param name="SumOfSquaredDeviations">Σ(x − mean)², in the squared unit of the values.</param>
public readonly record struct Moments(double Count, double Mean, double SumOfSquaredDeviations)
{
    /// <summary>The moments of no values: the identity of <see cref="Merge"/>.</summary>
    public static Moments Empty => default;

    /// <summary>The variance of a population, Σ(x − mean)²/count; NaN if there are no values.</summary>
    /// <remarks>As an estimate from a sample it is biased: it does without Bessel's correction.</remarks>
    public double PopulationVariance => SumOfSquaredDeviations / Count;

    /// <summary>The variance of a sample, Σ(x − mean)²/(count − 1); NaN for one value.</summary>
    /// <remarks>The unbiased estimate of the population's variance, with Bessel's correction.</remarks>
    public double SampleVariance => SumOfSquaredDeviations / (Count - 1);

    /// <summary>True if mean and squared deviations are finite; false if any value was NaN or infinite.</summary>
    public bool IsFinite => double.IsFinite(Mean) && double.IsFinite(SumOfSquaredDeviations);

    /// <summary>Returns the moments of one value.</summary>
    public static Moments Of(double value) => new(1, value, value - value);

    /// <summary>Computes the moments of values from Σd and Σd², with d = x − shift.</summary>
    /// <remarks>
    /// mean = shift + Σd/n and Σ(x − mean)² = Σd² − (Σd)²/n. The shift must be one of the values: then the difference is at
    /// least Σd²/n, so that rounding cannot bring it below zero and costs at most n units in the last place.
    /// </remarks>
    internal static Moments FromSums(double count, double shift, double deviations, double squares)
    {
        if (count == 0)
        {
            return Empty;
        }

        return new Moments(count, shift + deviations / count, squares - deviations * deviations / count);
    }

    /// <summary>Computes the moments of the values of both sets.</summary>
    /// <remarks>
    /// With δ = mean_b − mean_a and n = n_a + n_b: mean = mean_a + δ·n_b/n and
    /// Σ(x − mean)² = Σ_a + Σ_b + δ²·n_a·n_b/n.
    /// </remarks>
    public static Moments Merge(in Moments a, in Moments b)
    {
        if (a.Count == 0)
        {
            return b;
        }

        if (b.Count == 0)
        {
            return a;
        }

        double count = a.Count + b.Count;
        double difference = b.Mean - a.Mean;
        double fraction = b.Count / count;
        return new Moments(
            count,
            a.Mean + difference * fraction,
            a.SumOfSquaredDeviations + b.SumOfSquaredDeviations + difference * difference * (a.Count * fraction));
    }
}
