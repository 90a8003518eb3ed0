namespace Evenkeel.Distributed;

/// <summary>The processes of a job, numbered as ranks, and the exchange of bytes among them.</summary>
/// <remarks>
/// Every rank calls the same methods in the same order. One call at a time: not for use by two threads at once. No method computes with
/// what it carries, so that sums are those of the caller, in an order of the caller's.
/// </remarks>
public abstract class Communicator : IDisposable
{
    /// <summary>The number of this process, from 0 to <see cref="Size"/> − 1.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    public abstract int Size { get; }

    /// <summary>Gives every rank the bytes of all ranks.</summary>
    /// <param name="own">The bytes of this rank.</param>
    /// <param name="lengths">The number of bytes of each rank, in the order of the ranks; the same on all.</param>
    /// <param name="all">Receives the bytes of all ranks, one after another, in the order of the ranks.</param>
    /// <exception cref="ArgumentException">A length differs from that of the buffers.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public abstract void AllGather(ReadOnlySpan<byte> own, ReadOnlySpan<int> lengths, Span<byte> all);

    /// <summary>Gives each rank a part of the bytes of every rank.</summary>
    /// <param name="send">The bytes for each rank, one part after another, in the order of the ranks.</param>
    /// <param name="sendLengths">The number of bytes for each rank.</param>
    /// <param name="receive">Receives the bytes from each rank, one part after another, in the order of the ranks.</param>
    /// <param name="receiveLengths">The number of bytes from each rank.</param>
    /// <exception cref="ArgumentException">A length differs from that of the buffers.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public abstract void AllToAll(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive, ReadOnlySpan<int> receiveLengths);

    /// <summary>Gives every rank the bytes of one.</summary>
    /// <param name="bytes">The bytes of <paramref name="root"/>; replaced by them on all others. The same length on all.</param>
    /// <param name="root">The rank whose bytes they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no rank <paramref name="root"/>.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public abstract void Broadcast(Span<byte> bytes, int root);

    /// <summary>Waits until all ranks are here.</summary>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public abstract void Barrier();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the exchange.</summary>
    /// <param name="disposing">True if called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
