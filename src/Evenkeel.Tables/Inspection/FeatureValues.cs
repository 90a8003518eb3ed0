using Evenkeel.Numerics;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Tables.Inspection;

/// <summary>The values of a feature on the training rows.</summary>
/// <param name="Name">The name of the feature.</param>
/// <param name="Moments">The count, mean and sum of squared deviations.</param>
/// <param name="Extrema">The smallest and the largest value.</param>
/// <param name="Histogram">The histogram.</param>
internal sealed record FeatureValues(string Name, Moments Moments, Extrema Extrema, DyadicHistogram Histogram)
{
    /// <summary>Reads a feature of prepared rows.</summary>
    /// <param name="name">The name of the feature.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="feature">The number of the feature.</param>
    /// <param name="width">The number of all features.</param>
    public static FeatureValues Of(string name, PreparedRows rows, int feature, int width)
    {
        Moments moments = Moments.Empty;
        Extrema extrema = Extrema.Empty;
        var histogram = new DyadicHistogram();
        for (int index = feature; index < rows.Features.Length; index += width)
        {
            double value = rows.Features[index];
            moments = Moments.Merge(moments, Moments.Of(value));
            extrema = Extrema.Merge(extrema, new Extrema(value, value));
            histogram.Add(value);
        }

        return new FeatureValues(name, moments, extrema, histogram);
    }
}
