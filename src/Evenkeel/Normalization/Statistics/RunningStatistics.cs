using System.Numerics.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The running mean and variance of each channel: what batch normalization's inference normalizes with.</summary>
/// <remarks>As in PyTorch, they start at mean 0 and variance 1.</remarks>
public sealed class RunningStatistics : RunningMoments
{
    internal RunningStatistics(int channels, RunningAverage average, VarianceEstimator estimator, NonFinitePolicy policy)
        : base(channels, average, estimator, policy)
    {
    }

    /// <summary>The running variance of each channel (PyTorch's <c>running_var</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Variance => Spread;

    /// <summary>Those that the options ask for; null where they ask for none.</summary>
    internal static RunningStatistics? Of(int channels, BatchNormOptions options) =>
        Of(channels, options.RunningAverage, options.RunningVariance, options.NonFiniteBatches);

    /// <summary>Those of an average; null without one.</summary>
    internal static RunningStatistics? Of(
        int channels, RunningAverage? average, VarianceEstimator estimator, NonFinitePolicy policy) =>
        average is null ? null : new RunningStatistics(channels, average, estimator, policy);

    private protected override double SpreadOf(double variance) => variance;

    internal override double VarianceAt(int channel) => Variance[channel];
}
