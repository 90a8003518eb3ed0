using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The running mean and variance of each channel: what batch normalization's inference normalizes with.</summary>
/// <remarks>As in PyTorch, they start at mean 0 and variance 1.</remarks>
public sealed class RunningStatistics : RunningMoments
{
    private readonly VarianceEstimator _estimator;

    internal RunningStatistics(int channels, RunningAverage average, VarianceEstimator estimator, NonFinitePolicy policy)
        : base(channels, average, policy, fewest: estimator == VarianceEstimator.Sample ? 2 : 1) => _estimator = estimator;

    /// <summary>The running variance of each channel (PyTorch's <c>running_var</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Variance => Spread;

    /// <summary>Sets a channel's mean and variance to those of the given moments; how many batches were taken in stays as it is.</summary>
    internal void Set(int channel, in Moments moments)
    {
        Mean[channel] = moments.Mean;
        Variance[channel] = SpreadOf(moments);
    }

    private protected override double SpreadOf(in Moments moments) =>
        _estimator == VarianceEstimator.Sample ? moments.SampleVariance : moments.PopulationVariance;
}
