using System.Numerics.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The running mean and variance of each channel: what batch normalization's inference normalizes with.</summary>
/// <remarks>As in PyTorch, they start at mean 0 and variance 1.</remarks>
public sealed class RunningStatistics : RunningMoments
{
    /// <summary>Creates running statistics with mean 0 and variance 1.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="average">The average over batches.</param>
    /// <param name="estimator">
    /// The variance that is kept: the sample's, with Bessel's correction (unbiased), or the population's (biased).
    /// </param>
    /// <param name="policy">The treatment of batches that hold NaN or infinity.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, or there is no such estimator or policy.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="average"/> is null.</exception>
    public RunningStatistics(
        int channels,
        RunningAverage average,
        VarianceEstimator estimator = VarianceEstimator.Sample,
        NonFinitePolicy policy = NonFinitePolicy.Skip)
        : base(channels, average, estimator, policy)
    {
    }

    /// <summary>The running variance of each channel (PyTorch's <c>running_var</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Variance => Spread;

    /// <summary>Creates running statistics with an average; null without one.</summary>
    internal static RunningStatistics? Of(
        int channels, RunningAverage? average, VarianceEstimator estimator, NonFinitePolicy policy) =>
        average is null ? null : new RunningStatistics(channels, average, estimator, policy);

    private protected override string SpreadName => "running_var";

    private protected override double SpreadOf(double variance) => variance;

    internal override double VarianceAt(int channel) => Variance[channel];
}
