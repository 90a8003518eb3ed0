namespace Evenkeel.Distributed;

/// <summary>A job of one process, which exchanges with nobody.</summary>
public sealed class SingleProcess : Communicator
{
    /// <inheritdoc/>
    public override int Rank => 0;

    /// <inheritdoc/>
    public override int Size => 1;

    /// <inheritdoc/>
    public override void AllGather(ReadOnlySpan<byte> own, ReadOnlySpan<int> lengths, Span<byte> all) => own.CopyTo(all);

    /// <inheritdoc/>
    public override void AllToAll(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive, ReadOnlySpan<int> receiveLengths) =>
        send.CopyTo(receive);

    /// <inheritdoc/>
    public override void Broadcast(Span<byte> bytes, int root) => ArgumentOutOfRangeException.ThrowIfNotEqual(root, 0);

    /// <inheritdoc/>
    public override void Barrier()
    {
    }
}
