namespace Evenkeel.Numerics;

/// <summary>
/// The first two moments of a set of values: how many, their mean, and the sum of their squared deviations from it.
/// </summary>
/// <remarks>
/// <para>
/// Moments are what every normalizer computes, and merge without loss: a batch's statistics, those of many
/// micro-batches, of a stream or of several machines are all merges of moments.
/// </para>
/// <para>
/// Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
/// </para>
/// </remarks>
/// <param name="Count">How many values there are (or the sum of their weights).</param>
/// <param name="Mean">Their mean; 0 where there are none.</param>
/// <param name="SumOfSquaredDeviations">Σ(x − mean)².</param>
public readonly record struct Moments(double Count, double Mean, double SumOfSquaredDeviations)
{
    /// <summary>The moments of no values: merging it changes nothing.</summary>
    public static Moments Empty => default;

    /// <summary>The population's variance, Σ(x − mean)² / count; NaN where there are no values.</summary>
    public double PopulationVariance => SumOfSquaredDeviations / Count;

    /// <summary>The sample's (unbiased) variance, Σ(x − mean)² / (count − 1); NaN for one value.</summary>
    public double SampleVariance => SumOfSquaredDeviations / (Count - 1);

    /// <summary>Whether mean and deviations are finite: false as soon as one value was NaN or infinite.</summary>
    public bool IsFinite => double.IsFinite(Mean) && double.IsFinite(SumOfSquaredDeviations);

    /// <summary>The moments of one value.</summary>
    public static Moments Of(double value) => new(1, value, value - value);

    /// <summary>The moments of values of which Σd and Σd² are known, where d = x − shift.</summary>
    /// <remarks>
    /// mean = shift + Σd/n and Σ(x − mean)² = Σd² − (Σd)²/n. The shift must be one of the values: then the difference is at
    /// least Σd²/n, so that rounding cannot bring it below zero and costs at most n units.
    /// </remarks>
    internal static Moments FromSums(double count, double shift, double deviations, double squares)
    {
        if (count == 0)
        {
            return Empty;
        }

        return new Moments(count, shift + deviations / count, squares - deviations * deviations / count);
    }

    /// <summary>The moments of the values of both sets.</summary>
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
        double chunk = b.Count / count;
        return new Moments(
            count,
            a.Mean + difference * chunk,
            a.SumOfSquaredDeviations + b.SumOfSquaredDeviations + difference * difference * (a.Count * chunk));
    }
}
