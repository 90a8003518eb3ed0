using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Tests.Support;

/// <summary>
/// A call of a kernel on given buffers. It can be run with the buffers in memory of several kinds, and tells its results
/// by a hash of their bits.
/// </summary>
/// <param name="name">The kernel and its shape.</param>
/// <param name="body">The call, given its buffers; what it returns besides, it adds to the list.</param>
/// <param name="buffers">What the buffers hold at first, those for results too.</param>
internal sealed class Kernel(string name, Kernel.Body body, params float[][] buffers)
{
    private const float NotOurs = 1.2345e-12f;

    public delegate Span<float> Buffers(int index);

    public delegate void Body(Buffers buffer, List<double> results);

    public string Name => name;

    public string InArrays()
    {
        float[][] copies = [.. buffers.Select(buffer => (float[])buffer.Clone())];
        return Run(i => copies[i]);
    }

    /// <summary>With each buffer one float behind what an array would give, so that no vector is aligned.</summary>
    public string Unaligned()
    {
        float[][] copies = [.. buffers.Select(buffer => (float[])[0, .. buffer])];
        return Run(i => copies[i].AsSpan(1));
    }

    /// <summary>With inaccessible memory behind each buffer.</summary>
    public string InGuardedMemory()
    {
        GuardedMemory[] copies = [.. buffers.Select(buffer => new GuardedMemory(buffer))];
        try
        {
            return Run(i => copies[i].Span);
        }
        finally
        {
            Array.ForEach(copies, copy => copy.Dispose());
        }
    }

    /// <summary>
    /// With each buffer so many floats behind the beginning of a line of the cache, between floats that must be left alone.
    /// </summary>
    public string BehindLine(int floats)
    {
        int start = CacheLine.Floats + floats;
        AlignedBuffer[] copies = Array.ConvertAll(buffers, buffer => AlignedBuffer.Of(start + buffer.Length + CacheLine.Floats));
        for (int i = 0; i < buffers.Length; i++)
        {
            copies[i].Span.Fill(NotOurs);
            buffers[i].CopyTo(copies[i].Span[start..]);
        }

        string result = Run(i => copies[i].Span.Slice(start, buffers[i].Length));
        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.False(copies[i].Span[..start].ContainsAnyExcept(NotOurs), $"{name} wrote before buffer {i}.");
            Assert.False(copies[i].Span[(start + buffers[i].Length)..].ContainsAnyExcept(NotOurs), $"{name} wrote behind buffer {i}.");
        }

        return result;
    }

    private string Run(Buffers buffer)
    {
        List<double> results = [];
        body(buffer, results);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < buffers.Length; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes(buffer(i)));
        }

        hash.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(results)));
        return Convert.ToHexString(hash.GetCurrentHash().AsSpan(0, 8));
    }
}
