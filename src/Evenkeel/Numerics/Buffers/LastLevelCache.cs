using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Buffers;

/// <summary>The last cache of the processor before memory.</summary>
internal static class LastLevelCache
{
    private const int IntelLeaf = 4;
    private const int AmdLeaf = unchecked((int)0x8000001D);
    private const int HighestExtendedLeaf = unchecked((int)0x80000000);

    /// <summary>The size that is assumed if the processor does not report one.</summary>
    private const long Usual = 32L << 20;

    /// <summary>The size in bytes.</summary>
    public static long Bytes { get; } = Ask();

    private static long Ask()
    {
        if (!X86Base.IsSupported)
        {
            return Usual;
        }

        long bytes = Largest(IntelLeaf);
        if (bytes == 0 && (uint)X86Base.CpuId(HighestExtendedLeaf, 0).Eax >= unchecked((uint)AmdLeaf))
        {
            bytes = Largest(AmdLeaf);
        }

        return bytes == 0 ? Usual : bytes;
    }

    // Both manufacturers report caches in the same form: line size, partitions, ways, sets.
    private static long Largest(int leaf)
    {
        long largest = 0;
        for (int index = 0; index < 8; index++)
        {
            (int kind, int geometry, int sets, _) = X86Base.CpuId(leaf, index);
            if ((kind & 31) == 0)
            {
                break;
            }

            long line = (geometry & 0xFFF) + 1, partitions = ((geometry >> 12) & 0x3FF) + 1, ways = ((geometry >> 22) & 0x3FF) + 1;
            largest = Math.Max(largest, line * partitions * ways * ((uint)sets + 1L));
        }

        return largest;
    }
}
