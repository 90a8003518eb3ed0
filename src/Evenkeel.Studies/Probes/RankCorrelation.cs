namespace Evenkeel.Studies.Probes;

/// <summary>Spearman's rank correlation.</summary>
internal static class RankCorrelation
{
    /// <summary>The correlation of the ranks of two lists of numbers; equal numbers have their mean rank.</summary>
    /// <returns>From −1 to 1; NaN if all numbers of a list are equal.</returns>
    public static double Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] a = Ranks(first), b = Ranks(second);
        double mean = (a.Length - 1) / 2.0;
        double Covariance(double[] x, double[] y) => x.Zip(y, (p, q) => (p - mean) * (q - mean)).Sum();
        return Covariance(a, b) / Math.Sqrt(Covariance(a, a) * Covariance(b, b));
    }

    private static double[] Ranks(IReadOnlyList<double> numbers) =>
        [.. numbers.Select(number => numbers.Count(other => other < number) + (numbers.Count(other => other == number) - 1) / 2.0)];
}
