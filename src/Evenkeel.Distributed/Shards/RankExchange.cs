using System.Runtime.InteropServices;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Distributed;

/// <summary>
/// The exchange of a <see cref="BatchNorm"/> that a program drives itself, with a part of the batch on each rank; <see
/// cref="DataParallel{TTarget}"/> has its own.
/// </summary>
/// <remarks>
/// Sums go from rank 0 to the last, so that all ranks have the same bits, which depend on how the batch is divided. A rank's part may be
/// masked completely.
/// </remarks>
/// <param name="communicator">The ranks.</param>
public sealed class RankExchange(Communicator communicator) : IStatisticsExchange
{
    private readonly Communicator _communicator = communicator ?? throw new ArgumentNullException(nameof(communicator));

    /// <inheritdoc/>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public void Merge(Span<Moments> moments) => Fold(moments, static (a, b) => Moments.Merge(a, b));

    /// <inheritdoc/>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public void Sum(Span<GradientSums> sums) => Fold(sums, static (a, b) => a + b);

    private unsafe void Fold<T>(Span<T> values, Func<T, T, T> add)
        where T : unmanaged
    {
        var all = new T[values.Length * _communicator.Size];
        _communicator.AllGather(
            MemoryMarshal.AsBytes(values),
            [.. Enumerable.Repeat(values.Length * sizeof(T), _communicator.Size)],
            MemoryMarshal.AsBytes(all.AsSpan()));
        all.AsSpan(0, values.Length).CopyTo(values);
        for (int i = values.Length; i < all.Length; i++)
        {
            values[i % values.Length] = add(values[i % values.Length], all[i]);
        }
    }
}
