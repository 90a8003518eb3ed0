using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The statistics that normalize the sets of a pass: each set's own, given moments, or constants.</summary>
internal readonly ref struct SetStatistics
{
    private readonly ReadOnlySpan<Moments> _moments;
    private readonly ReadOnlySpan<double> _mean;
    private readonly ReadOnlySpan<double> _variance;

    /// <summary>States the moments of each set.</summary>
    public SetStatistics(ReadOnlySpan<Moments> moments) => _moments = moments;

    /// <summary>States a constant mean and variance for each channel, the same in each part of the view.</summary>
    public SetStatistics(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        _mean = mean;
        _variance = variance;
    }

    /// <summary>Each set is normalized by its own moments, which are computed on the way.</summary>
    public static SetStatistics Own => default;

    /// <summary>Whether each set is normalized by its own moments.</summary>
    public bool AreOwn => _moments.IsEmpty && _mean.IsEmpty;

    /// <summary>Whether there is one mean and variance per channel, rather than per set.</summary>
    public bool AreConstants => !_mean.IsEmpty;

    /// <summary>Whether a mask leaves the i-th set no element.</summary>
    public bool IsEmpty(int i) => _mean.IsEmpty && _moments[i].Count == 0;

    /// <summary>The mean of the i-th set.</summary>
    public double Mean(int i) => _mean.IsEmpty ? _moments[i].Mean : _mean[i];

    /// <summary>The population variance of the i-th set.</summary>
    /// <exception cref="InvalidOperationException">A constant is negative.</exception>
    public double Variance(int i) => _mean.IsEmpty ? _moments[i].PopulationVariance : RunningMoments.CheckSpread(_variance[i], i);
}
