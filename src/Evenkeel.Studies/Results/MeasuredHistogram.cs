namespace Evenkeel.Studies.Results;

/// <summary>A measured distribution of values. All but <paramref name="NonFinite"/> describe the finite values.</summary>
/// <param name="Quantity">What was measured.</param>
/// <param name="X">Where, such as in which layer.</param>
/// <param name="Low">The smallest value; 0 if there is none.</param>
/// <param name="High">The largest value; 0 if there is none.</param>
/// <param name="Counts">The number of values in each bin of equal width from low to high; empty if there are none.</param>
/// <param name="StandardDeviation">The population standard deviation; 0 if there are no values.</param>
/// <param name="FractionZero">The fraction of values that are exactly 0.</param>
/// <param name="NonFinite">The number of values that are infinite or NaN.</param>
internal sealed record MeasuredHistogram(
    string Quantity,
    double X,
    double Low,
    double High,
    IReadOnlyList<int> Counts,
    double StandardDeviation,
    double FractionZero,
    int NonFinite)
{
    /// <summary>Counts the values of a span.</summary>
    /// <param name="quantity">What was measured.</param>
    /// <param name="x">Where.</param>
    /// <param name="values">The values.</param>
    /// <param name="bins">The number of bins, at least 1.</param>
    public static MeasuredHistogram Of(string quantity, double x, ReadOnlySpan<float> values, int bins)
    {
        var histogram = Histogram.Of(values, bins);
        double count = histogram.Moments.Count;
        return new MeasuredHistogram(
            quantity,
            x,
            histogram.Low,
            histogram.High,
            histogram.Counts,
            count == 0 ? 0 : Math.Sqrt(histogram.Moments.PopulationVariance),
            count == 0 ? 0 : histogram.Zeros / count,
            histogram.NonFinite);
    }
}
