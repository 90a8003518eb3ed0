namespace Evenkeel.Tests.Reference;

/// <summary>Quantiles as numpy defines them.</summary>
internal static class QuantileReference
{
    /// <summary>numpy's "linear" (Hyndman and Fan's type 7), with its interpolation.</summary>
    public static double Linear(ReadOnlySpan<double> sorted, double probability)
    {
        double position = (sorted.Length - 1) * probability;
        int lower = (int)Math.Floor(position);
        int upper = Math.Min(lower + 1, sorted.Length - 1);
        double share = position - lower, distance = sorted[upper] - sorted[lower];
        return double.IsInfinity(distance) ? sorted[lower] * (1 - share) + sorted[upper] * share
            : share < 0.5 ? sorted[lower] + distance * share
            : sorted[upper] - distance * (1 - share);
    }
}
