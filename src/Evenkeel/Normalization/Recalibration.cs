using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Precise statistics: the running statistics of a network's normalizations set to those of given data, with the weights as
/// they are, so that the network meets a new domain without labels.
/// </summary>
/// <remarks>
/// <para>
/// Layer by layer, first to last: the data passes the network in inference, the moments of the layer's inputs are pooled over
/// all of it, and become its running mean and variance. So each layer is measured behind layers that are already set, and the
/// result is exact for the data, however it is cut into batches (as long as no layer before normalizes by the batch in
/// inference): short ones and single samples will do. It costs one pass over the data per layer that is set. A batch that brings
/// NaN or infinity to a channel is left out of that channel.
/// </para>
/// <para>
/// <see cref="RecalibrationEstimate.AverageOfBatches"/> averages the batches' means and variances instead. What counts as a
/// batch is what shares statistics in training: for <see cref="GhostBatchNorm"/> a chunk, for <see cref="InstanceNorm"/> a sample.
/// </para>
/// <para>
/// Source: Wu and Johnson, "Rethinking 'Batch' in BatchNorm", 2021, arXiv 2105.07576, section 3. The average of batches: Ioffe and
/// Szegedy, 2015, arXiv 1502.03167, algorithm 2.
/// </para>
/// </remarks>
public static class Recalibration
{
    /// <summary>Sets the running statistics of all layers of a network that keep them; of none, where it throws.</summary>
    /// <param name="network">The network; its weights stay as they are, and frozen layers are set too.</param>
    /// <param name="batches">The data, gone through once per layer that is set; 10³ to 10⁴ samples are enough.</param>
    /// <param name="estimate">What is made of the batches.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>How far the statistics moved, per layer.</returns>
    /// <exception cref="ArgumentException">
    /// There are no batches, or a batch does not fit, or a channel has too few finite values for a variance.
    /// </exception>
    /// <exception cref="ArgumentNullException">The network, the batches or one of them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such estimate.</exception>
    /// <exception cref="OperationCanceledException">The recalibration was stopped.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static IReadOnlyList<StatisticsDrift> Recalibrate(
        Layer network,
        IReadOnlyCollection<Tensor<float>> batches,
        RecalibrationEstimate estimate = RecalibrationEstimate.Pooled,
        CancellationToken cancellationToken = default) =>
        Recalibrate(network, batches, estimate, null, cancellationToken);

    /// <summary>Recalibrates with each process of a job passing some of the batches; null for one process.</summary>
    internal static IReadOnlyList<StatisticsDrift> Recalibrate(
        Layer network,
        IReadOnlyCollection<Tensor<float>> batches,
        RecalibrationEstimate estimate,
        IBatchDivision? division,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 0)
        {
            throw new ArgumentException("There are no batches to take statistics from.", nameof(batches));
        }

        using ThreadGuard.Scope call = network.Enter();
        RunningNormalization[] layers = [.. Normalizations(network)];
        (double[], double[])[] before = [.. layers.Select(layer => layer.RunningStatistics!.Save())];
        try
        {
            return [.. layers.Select(layer => Recalibrate(network, layer, batches, estimate, division, cancellationToken))];
        }
        catch
        {
            foreach ((RunningNormalization layer, (double[], double[]) saved) in layers.Zip(before))
            {
                layer.RunningStatistics!.Restore(saved);
            }

            throw;
        }
    }

    private static StatisticsDrift Recalibrate(
        Layer network,
        RunningNormalization layer,
        IReadOnlyCollection<Tensor<float>> batches,
        RecalibrationEstimate estimate,
        IBatchDivision? division,
        CancellationToken cancellationToken)
    {
        var population = PopulationEstimate.Of(estimate, layer.Channels);
        var own = new List<Moments>();
        layer.Observer = division is null ? population.Add : moments => own.AddRange(moments);
        (int first, int count) = (division?.PartOf(batches.Count) ?? ..batches.Count).GetOffsetAndLength(batches.Count);
        try
        {
            foreach (Tensor<float> batch in batches.Skip(first).Take(count))
            {
                ArgumentNullException.ThrowIfNull(batch, nameof(batches));
                cancellationToken.ThrowIfCancellationRequested();
                network.Predict(batch);
            }
        }
        finally
        {
            layer.Observer = null;
        }

        if (division is not null)
        {
            Array.ForEach([.. division.Gather(CollectionsMarshal.AsSpan(own)).Chunk(layer.Channels)], part => population.Add(part));
        }

        RunningMoments statistics = layer.RunningStatistics!;
        (double Mean, double Variance)[] before = Read(statistics);
        population.SetTo(statistics);
        return new StatisticsDrift(
            layer, [.. before.Zip(Read(statistics), (b, a) => new ChannelDrift(b.Mean, b.Variance, a.Mean, a.Variance))]);
    }

    private static (double Mean, double Variance)[] Read(RunningMoments statistics) =>
        [.. statistics.Mean.Select((mean, c) => (mean, statistics.VarianceAt(c)))];

    private static IEnumerable<RunningNormalization> Normalizations(Layer layer) =>
        layer is RunningNormalization { RunningStatistics: not null } normalization
            ? [normalization]
            : layer.Children.SelectMany(Normalizations);
}

/// <summary>How far a layer's running statistics moved.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channels">Its channels.</param>
public sealed record StatisticsDrift(RunningNormalization Layer, IReadOnlyList<ChannelDrift> Channels);

/// <summary>How far a channel's running statistics moved; the variance of a running deviation is its square.</summary>
/// <param name="MeanBefore">The running mean before.</param>
/// <param name="VarianceBefore">The running variance before.</param>
/// <param name="MeanAfter">The running mean after.</param>
/// <param name="VarianceAfter">The running variance after.</param>
public readonly record struct ChannelDrift(double MeanBefore, double VarianceBefore, double MeanAfter, double VarianceAfter)
{
    /// <summary>How far the mean moved, in standard deviations from before; 0 where it did not.</summary>
    public double MeanShift => MeanAfter == MeanBefore ? 0 : (MeanAfter - MeanBefore) / Math.Sqrt(VarianceBefore);

    /// <summary>The variance after over the variance before; 1 where they are the same.</summary>
    public double VarianceRatio => VarianceAfter == VarianceBefore ? 1 : VarianceAfter / VarianceBefore;
}
