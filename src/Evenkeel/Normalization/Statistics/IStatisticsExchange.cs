using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// What synchronized batch normalization asks of the link between replicas that each see a share of the batch: then each
/// normalizes by the statistics of the whole, with shares of any size.
/// </summary>
/// <remarks>
/// Every replica calls the same methods in the same order. For all replicas to get the same bits, merge in the order of the
/// replicas. A share has at least one sample; where a mask leaves out all of it, its moments are <see cref="Moments.Empty"/>
/// and its sums 0, which changes nothing for the others. The gradients of γ and β stay each replica's own, to be summed with those
/// of all other parameters.
/// </remarks>
public interface IStatisticsExchange
{
    /// <summary>Replaces this replica's moments, one per channel, by the merge over all replicas (<see cref="Moments.Merge"/>).</summary>
    /// <param name="moments">One value per channel.</param>
    void Merge(Span<Moments> moments);

    /// <summary>Replaces this replica's gradient sums, one per channel, by the sums over all replicas.</summary>
    /// <param name="sums">One value per channel.</param>
    void Sum(Span<GradientSums> sums);
}
