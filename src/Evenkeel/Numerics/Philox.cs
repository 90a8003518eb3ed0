using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics;

/// <summary>
/// The counter-based random number generator Philox4x32-10: a bijection of 128-bit counters, selected by a 64-bit key. Any block
/// of the sequence can be computed on its own.
/// </summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. A counter is given as
/// its lower and upper half; the words of the paper's counter and key are these numbers' 32-bit words, lowest first.
/// </remarks>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>The increment of the key's lower word per round: the fraction of the golden ratio.</summary>
    private const uint Weyl0 = 0x9E3779B9;

    /// <summary>The increment of the key's upper word per round: the fraction of √3.</summary>
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>Computes the four words of one counter.</summary>
    public static Vector128<uint> Block(ulong lower, ulong upper, ulong key)
    {
        uint c0 = (uint)lower, c1 = (uint)(lower >> 32), c2 = (uint)upper, c3 = (uint)(upper >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>
    /// Computes the words of the four counters from <paramref name="lower"/> on, a multiple of four: word 0 of each, then
    /// word 1 of each, and so on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> FourBlocks(ulong lower, ulong upper, ulong key)
    {
        // A word lives in the lower half of a 64-bit lane; the upper half may hold anything, since nothing reads it.
        Vector256<ulong> c0 = Vector256.Create(lower) | Vector256<ulong>.Indices;
        Vector256<ulong> c1 = Vector256.Create(lower >> 32);
        Vector256<ulong> c2 = Vector256.Create(upper);
        Vector256<ulong> c3 = Vector256.Create(upper >> 32);
        Vector256<ulong> k0 = Vector256.Create(key);
        Vector256<ulong> k1 = Vector256.Create(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> p0 = MultiplyLowerHalves(c0, Vector256.Create((ulong)Multiplier0));
            Vector256<ulong> p1 = MultiplyLowerHalves(c2, Vector256.Create((ulong)Multiplier1));
            c0 = (p1 >> 32) ^ c1 ^ k0;
            c2 = (p0 >> 32) ^ c3 ^ k1;
            c1 = p1;
            c3 = p0;
            k0 += Vector256.Create((ulong)Weyl0);
            k1 += Vector256.Create((ulong)Weyl1);
        }

        return Vector512.Create(Vector256.Narrow(c0, c1), Vector256.Narrow(c2, c3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyLowerHalves(Vector256<ulong> a, Vector256<ulong> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.Multiply(a.AsUInt32(), b.AsUInt32());
        }

        Vector256<ulong> lowerHalf = Vector256.Create((ulong)uint.MaxValue);
        return (a & lowerHalf) * (b & lowerHalf);
    }
}
