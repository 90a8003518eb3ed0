using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The running mean and standard deviation of each channel: what Batch Renormalization corrects towards, and normalizes with in inference.</summary>
/// <remarks>The deviation is √(ε + σ²) of the batch, averaged: it contains ε. They start at mean 0 and deviation 1.</remarks>
public sealed class RenormStatistics : RunningMoments
{
    private readonly double _epsilon;

    internal RenormStatistics(int channels, RunningAverage average, double epsilon, NonFinitePolicy policy)
        : base(channels, average, policy, fewest: 1) => _epsilon = epsilon;

    /// <summary>The running standard deviation of each channel, shape [C]; may be set in place.</summary>
    public Tensor<double> Deviation => Spread;

    private protected override double SpreadOf(in Moments moments) => Math.Sqrt(_epsilon + moments.PopulationVariance);
}
