using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>Checks of the lengths that the methods of a <see cref="Communicator"/> are given.</summary>
internal static class ExchangeLengths
{
    /// <summary>Checks the arguments of <see cref="Communicator.AllGather"/>.</summary>
    /// <exception cref="ArgumentException">A length differs from that of the buffers.</exception>
    public static void CheckAllGather(Communicator communicator, int own, ReadOnlySpan<int> lengths, int all)
    {
        CheckSum(communicator, lengths, all, nameof(lengths), nameof(all));
        if (lengths[communicator.Rank] is var length && length != own)
        {
            throw new ArgumentException(
                Invariant($"Rank {communicator.Rank} has {own} bytes, and {length} according to its lengths."), nameof(own));
        }
    }

    /// <summary>Checks the arguments of <see cref="Communicator.AllToAll"/>.</summary>
    /// <exception cref="ArgumentException">A length differs from that of the buffers.</exception>
    public static void CheckAllToAll(
        Communicator communicator, int send, ReadOnlySpan<int> sendLengths, int receive, ReadOnlySpan<int> receiveLengths)
    {
        CheckSum(communicator, sendLengths, send, nameof(sendLengths), nameof(send));
        CheckSum(communicator, receiveLengths, receive, nameof(receiveLengths), nameof(receive));
        int rank = communicator.Rank;
        if (sendLengths[rank] != receiveLengths[rank])
        {
            throw new ArgumentException(
                Invariant($"Rank {rank} sends itself {sendLengths[rank]} bytes, and receives {receiveLengths[rank]} from itself."),
                nameof(receiveLengths));
        }
    }

    /// <summary>Checks the rank whose bytes a <see cref="Communicator.Broadcast"/> sends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static void CheckRoot(Communicator communicator, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, communicator.Size);
    }

    private static void CheckSum(Communicator communicator, ReadOnlySpan<int> lengths, int bytes, string name, string buffer)
    {
        if (lengths.Length != communicator.Size)
        {
            throw new ArgumentException(
                Invariant($"There are {communicator.Size} ranks, and {lengths.Length} lengths in '{name}'."), name);
        }

        long sum = 0;
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, name);
            sum += length;
        }

        if (sum != bytes)
        {
            throw new ArgumentException(Invariant($"'{name}' add up to {sum} bytes, and '{buffer}' has {bytes}."), name);
        }
    }
}
