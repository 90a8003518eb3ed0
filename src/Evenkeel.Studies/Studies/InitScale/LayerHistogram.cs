using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>How one hidden layer's activations are distributed. Everything but <paramref name="NonFinite"/> is about the finite ones.</summary>
/// <param name="Layer">Which hidden layer, counted from 1.</param>
/// <param name="Low">The smallest activation.</param>
/// <param name="High">The largest activation.</param>
/// <param name="Counts">How many activations lie in each of the equally wide bins from low to high; empty if there are none.</param>
/// <param name="Mean">Their mean; 0 if there are none.</param>
/// <param name="StandardDeviation">Their population standard deviation; 0 if there are none.</param>
/// <param name="FractionZero">Which fraction of them is exactly zero: units that a ReLU has switched off.</param>
/// <param name="NonFinite">How many activations were infinite or NaN: above zero, the network has diverged.</param>
internal sealed record LayerHistogram(
    int Layer,
    double Low,
    double High,
    IReadOnlyList<int> Counts,
    double Mean,
    double StandardDeviation,
    double FractionZero,
    int NonFinite)
{
    /// <summary>The histogram of a layer's activations.</summary>
    /// <param name="layer">Which hidden layer, counted from 1.</param>
    /// <param name="activations">Its activations, of all samples and units.</param>
    /// <param name="bins">Into how many bins the range from the smallest to the largest is divided.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one bin.</exception>
    public static LayerHistogram Of(int layer, ReadOnlySpan<float> activations, int bins)
    {
        var histogram = Histogram.Of(activations, bins);
        Moments moments = histogram.Moments;
        return moments.Count == 0
            ? new LayerHistogram(layer, 0, 0, [], 0, 0, 0, histogram.NonFinite)
            : new LayerHistogram(
                layer,
                histogram.Low,
                histogram.High,
                histogram.Counts,
                moments.Mean,
                Math.Sqrt(moments.PopulationVariance),
                histogram.Zeros / moments.Count,
                histogram.NonFinite);
    }
}
