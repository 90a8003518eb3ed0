using System.Buffers.Binary;
using System.Text;

namespace Evenkeel.Distributed;

/// <summary>The exchange of texts among ranks.</summary>
internal static class RankTexts
{
    /// <summary>Gives every rank the texts of all ranks.</summary>
    /// <param name="communicator">The ranks.</param>
    /// <param name="own">The text of this rank.</param>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public static string[] AllGather(this Communicator communicator, string own)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(own), length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        var encodedLengths = new byte[communicator.Size * sizeof(int)];
        communicator.AllGather(length, [.. Enumerable.Repeat(sizeof(int), communicator.Size)], encodedLengths);

        var lengths = new int[communicator.Size];
        for (int rank = 0; rank < lengths.Length; rank++)
        {
            lengths[rank] = BinaryPrimitives.ReadInt32LittleEndian(encodedLengths.AsSpan(rank * sizeof(int)));
        }

        var all = new byte[lengths.Sum()];
        communicator.AllGather(bytes, lengths, all);
        var texts = new string[lengths.Length];
        for (int rank = 0, start = 0; rank < texts.Length; start += lengths[rank], rank++)
        {
            texts[rank] = Encoding.UTF8.GetString(all, start, lengths[rank]);
        }

        return texts;
    }
}
