using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Rendering;

/// <summary>The running statistics of a normalization, as far as they tell its condition.</summary>
/// <param name="Variance">The range of the running variances.</param>
/// <param name="Tiny">The number of tiny running variances.</param>
/// <param name="Huge">The number of huge running variances.</param>
/// <param name="Batches">The number of batches that were taken in.</param>
/// <param name="Estimator">The variance that is kept.</param>
/// <param name="IsFrozen">Whether running statistics normalize, and stay as they are, in training too.</param>
internal sealed record RunningState(
    ValueRange Variance, int Tiny, int Huge, long Batches, VarianceEstimator Estimator, bool IsFrozen)
{
    /// <summary>The variance below which it is tiny.</summary>
    public const double TinyBelow = 1e-6;

    /// <summary>The variance above which it is huge.</summary>
    public const double HugeAbove = 1e6;

    /// <summary>The running statistics of a layer; null if it keeps none.</summary>
    public static RunningState? Of(Layer layer)
    {
        if (layer is not RunningNormalization { RunningStatistics: { } statistics } normalization)
        {
            return null;
        }

        double[] variances = [.. Enumerable.Range(0, (int)statistics.Mean.FlattenedLength).Select(statistics.VarianceAt)];
        return new RunningState(
            ValueRange.Of<double>(variances),
            variances.Count(variance => variance < TinyBelow),
            variances.Count(variance => variance > HugeAbove),
            statistics.BatchesTracked,
            statistics.Estimator,
            normalization.IsFrozen);
    }
}
