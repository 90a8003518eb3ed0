using System.Numerics.Tensors;

namespace Evenkeel.Normalization;

/// <summary>
/// The running mean and standard deviation of each channel: what Batch Renormalization corrects towards, and normalizes with in
/// inference.
/// </summary>
/// <remarks>The deviation is √(ε + σ²) of the batch, averaged: it contains ε. They start at mean 0 and deviation 1.</remarks>
public sealed class RenormStatistics : RunningMoments
{
    private readonly double _epsilon;

    internal RenormStatistics(int channels, RunningAverage average, double epsilon, NonFinitePolicy policy)
        : base(channels, average, VarianceEstimator.Population, policy) => _epsilon = epsilon;

    /// <summary>The running standard deviation of each channel, shape [C]; may be set in place.</summary>
    public Tensor<double> Deviation => Spread;

    private protected override string SpreadName => "running_std";

    private protected override double SpreadOf(double variance) => Math.Sqrt(_epsilon + variance);

    internal override double VarianceAt(int channel) => Deviation[channel] * Deviation[channel];
}
