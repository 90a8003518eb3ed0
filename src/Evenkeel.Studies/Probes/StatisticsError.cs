using Evenkeel.Normalization;

namespace Evenkeel.Studies.Probes;

/// <summary>The error of a channel's statistics, as a drift that begins at the true statistics.</summary>
/// <remarks>A drift is in units of the deviation before it, so that a drift from the true statistics is an error.</remarks>
internal static class StatisticsError
{
    /// <summary>The distance of the mean from the true one, in true standard deviations.</summary>
    /// <param name="drift">The drift from the true statistics.</param>
    public static double OfMean(ChannelDrift drift) => Math.Abs(drift.MeanShift);

    /// <summary>The ratio of the larger variance to the smaller, minus 1.</summary>
    /// <param name="drift">The drift from the true statistics.</param>
    public static double OfVariance(ChannelDrift drift) => Math.Max(drift.VarianceRatio, 1 / drift.VarianceRatio) - 1;

    /// <summary>Turns a drift to the true statistics into one from them.</summary>
    /// <param name="drift">The drift to the true statistics.</param>
    public static ChannelDrift Reversed(ChannelDrift drift) =>
        new(drift.MeanAfter, drift.VarianceAfter, drift.MeanBefore, drift.VarianceBefore);
}
