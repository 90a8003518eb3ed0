using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Distributed;

/// <summary><see cref="Recalibration"/> over ranks: each passes some of the batches, and all have the statistics of all.</summary>
/// <remarks>The statistics have the bits of one process. Every rank has the same network and batches.</remarks>
public static class DistributedRecalibration
{
    /// <summary>Sets the running statistics of all layers that keep them, on all ranks; where it throws, of no layer.</summary>
    /// <param name="communicator">The ranks; all call this.</param>
    /// <param name="network">The network, the same on all ranks.</param>
    /// <param name="batches">The data, the same on all ranks.</param>
    /// <param name="estimate">What is made of the batches.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>How far the statistics moved, per layer.</returns>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    /// <inheritdoc cref="Recalibration.Recalibrate(Layer, IReadOnlyCollection{Tensor{float}}, RecalibrationEstimate, CancellationToken)"/>
    public static IReadOnlyList<StatisticsDrift> Recalibrate(
        Communicator communicator,
        Layer network,
        IReadOnlyCollection<Tensor<float>> batches,
        RecalibrationEstimate estimate = RecalibrationEstimate.Pooled,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        return Recalibration.Recalibrate(network, batches, estimate, new Division(communicator), cancellationToken);
    }

    private sealed class Division(Communicator communicator) : IBatchDivision
    {
        public Range PartOf(int batches) => new ShardPlan(1, batches, communicator.Size).ShardsOf(communicator.Rank);

        public unsafe Moments[] Gather(ReadOnlySpan<Moments> own)
        {
            int[] lengths = new int[communicator.Size];
            communicator.AllGather(
                MemoryMarshal.AsBytes<int>([own.Length * sizeof(Moments)]),
                [.. Enumerable.Repeat(sizeof(int), lengths.Length)],
                MemoryMarshal.AsBytes(lengths.AsSpan()));
            var all = new Moments[lengths.Sum() / sizeof(Moments)];
            communicator.AllGather(MemoryMarshal.AsBytes(own), lengths, MemoryMarshal.AsBytes(all.AsSpan()));
            return all;
        }
    }
}
