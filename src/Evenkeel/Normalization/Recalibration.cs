using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Precise statistics: the running statistics of a network's batch normalizations set to those of given data, with the weights
/// as they are, so that the network meets a new domain without labels.
/// </summary>
/// <remarks>
/// <para>
/// Layer by layer, first to last: the data passes the network in inference, the moments of the layer's inputs are pooled over
/// all of it, and become its running mean and variance. So each layer is measured behind layers that are already set, and the
/// result is exact for the data, however it is cut into batches (as long as no layer before normalizes by the batch in
/// inference): short ones and single samples will do. It costs one pass
/// over the data per batch normalization. A batch that brings NaN or infinity to a layer is left out there.
/// </para>
/// <para>Source: Wu and Johnson, "Rethinking 'Batch' in BatchNorm", 2021, arXiv 2105.07576, section 3.</para>
/// </remarks>
public static class Recalibration
{
    /// <summary>Sets the running statistics of all batch normalizations of a network that keep them.</summary>
    /// <param name="network">The network; its weights stay as they are, and frozen layers are set too.</param>
    /// <param name="batches">The data, gone through once per batch normalization; 10³ to 10⁴ samples are enough.</param>
    /// <param name="cancellationToken">Stops between batches; layers already set stay set.</param>
    /// <returns>How far the statistics moved, per layer.</returns>
    /// <exception cref="ArgumentException">There are no batches, or a batch does not fit, or there are too few values for a variance.</exception>
    /// <exception cref="OperationCanceledException">The recalibration was stopped.</exception>
    public static IReadOnlyList<StatisticsDrift> Recalibrate(
        Layer network, IReadOnlyCollection<Tensor<float>> batches, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 0)
        {
            throw new ArgumentException("There are no batches to take statistics from.", nameof(batches));
        }

        return [.. Normalizations(network).Select(layer => Recalibrate(network, layer, batches, cancellationToken))];
    }

    private static StatisticsDrift Recalibrate(
        Layer network, BatchNorm layer, IReadOnlyCollection<Tensor<float>> batches, CancellationToken cancellationToken)
    {
        var gathered = new Moments[layer.Channels];
        layer.Gathered = gathered;
        try
        {
            foreach (Tensor<float> batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                network.Forward(batch, Pass.Inference);
            }
        }
        finally
        {
            layer.Gathered = null;
        }

        RunningStatistics statistics = layer.RunningStatistics!;
        if (!(gathered[0].Count >= statistics.FewestValues))
        {
            throw new ArgumentException(
                "The batches hold too few finite values per channel for a variance.", nameof(batches));
        }

        var drift = new ChannelDrift[layer.Channels];
        for (int c = 0; c < drift.Length; c++)
        {
            (double mean, double variance) = (statistics.Mean[c], statistics.Variance[c]);
            statistics.Set(c, gathered[c]);
            drift[c] = new ChannelDrift(mean, variance, statistics.Mean[c], statistics.Variance[c]);
        }

        return new StatisticsDrift(layer, drift);
    }

    private static IEnumerable<BatchNorm> Normalizations(Layer layer) =>
        layer is BatchNorm { RunningStatistics: not null } normalization
            ? [normalization]
            : layer.Children.SelectMany(Normalizations);
}

/// <summary>How far a layer's running statistics moved.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channels">Its channels.</param>
public sealed record StatisticsDrift(BatchNorm Layer, IReadOnlyList<ChannelDrift> Channels);

/// <summary>How far a channel's running statistics moved.</summary>
/// <param name="MeanBefore">The running mean before.</param>
/// <param name="VarianceBefore">The running variance before.</param>
/// <param name="MeanAfter">The running mean after.</param>
/// <param name="VarianceAfter">The running variance after.</param>
public readonly record struct ChannelDrift(double MeanBefore, double VarianceBefore, double MeanAfter, double VarianceAfter)
{
    /// <summary>How far the mean moved, in standard deviations from before.</summary>
    public double MeanShift => (MeanAfter - MeanBefore) / Math.Sqrt(VarianceBefore);

    /// <summary>The variance after over the variance before.</summary>
    public double VarianceRatio => VarianceAfter / VarianceBefore;
}
