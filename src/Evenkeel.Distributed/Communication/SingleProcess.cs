namespace Evenkeel.Distributed;

/// <summary>A job of one process, which exchanges with nobody.</summary>
public sealed class SingleProcess : Communicator
{
    /// <inheritdoc/>
    public override int Rank => 0;

    /// <inheritdoc/>
    public override int Size => 1;

    /// <inheritdoc/>
    public override void AllGather(ReadOnlySpan<byte> own, ReadOnlySpan<int> lengths, Span<byte> all)
    {
        ExchangeLengths.CheckAllGather(this, own.Length, lengths, all.Length);
        own.CopyTo(all);
    }

    /// <inheritdoc/>
    public override void AllToAll(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive, ReadOnlySpan<int> receiveLengths)
    {
        ExchangeLengths.CheckAllToAll(this, send.Length, sendLengths, receive.Length, receiveLengths);
        send.CopyTo(receive);
    }

    /// <inheritdoc/>
    public override void Broadcast(Span<byte> bytes, int root) => ExchangeLengths.CheckRoot(this, root);

    /// <inheritdoc/>
    public override void Barrier()
    {
    }
}
