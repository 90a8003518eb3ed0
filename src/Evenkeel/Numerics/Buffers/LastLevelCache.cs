using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Buffers;

/// <summary>The last cache of the processor before memory, as a core sees it, and where its size comes from.</summary>
/// <remarks>
/// <para>
/// The first source that reports a size: the processor's list of its caches (CPUID), the operating system, the sizes that older AMD
/// processors report, an assumption. Hypervisors may hide each of the first three. No bit of a result depends on it.
/// </para>
/// <para>
/// A cache of more than 64 MB, unless AMD's, is shared by all cores of a server and reached through a mesh, at little more than the speed
/// of memory: a streamed copy is faster than one that stays in it. It counts as 8 MB.
/// </para>
/// </remarks>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="Source">Where the size comes from, in words.</param>
/// <param name="IsOfServer">True for a part of the cache that a server's cores have together.</param>
internal readonly record struct LastLevelCache(long Bytes, string Source, bool IsOfServer = false)
{
    /// <summary>The size that is assumed without a source, and the most that is taken from sizes that cover several caches.</summary>
    internal const long Usual = 32L << 20;

    /// <summary>The size up to which a cache that is not AMD's counts in full.</summary>
    internal const long LargestInFull = 64L << 20;

    /// <summary>What a larger cache, that of a server's cores together, counts as.</summary>
    internal const long OfServer = 8L << 20;

    private const int IntelCaches = 4;
    private const int AmdCaches = unchecked((int)0x8000001D);
    private const int AmdSizes = unchecked((int)0x80000006);
    private const int HighestExtendedLeaf = unchecked((int)0x80000000);
    private const string SystemFolder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>A CPUID instruction: leaf and subleaf to the four registers.</summary>
    internal delegate (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int subleaf);

    /// <summary>This machine's.</summary>
    public static LastLevelCache OfThisMachine { get; } = Find(X86Base.IsSupported ? X86Base.CpuId : null, SystemFolder);

    /// <summary>Finds the cache with an instruction, null where there is none, and a folder of the operating system.</summary>
    internal static LastLevelCache Find(CpuId? cpuId, string folder)
    {
        uint highest = cpuId is null ? 0 : (uint)cpuId(HighestExtendedLeaf, 0).Eax;
        if (cpuId is not null && Largest(cpuId, IntelCaches) is > 0 and long intel)
        {
            return Counted(intel, "CPUID leaf 4");
        }

        if (highest >= unchecked((uint)AmdCaches) && Largest(cpuId!, AmdCaches) is > 0 and long amd)
        {
            return new(amd, "CPUID leaf 0x8000001D");
        }

        if (LargestIn(folder) is > 0 and long listed)
        {
            return Counted(listed, folder);
        }

        // Level 3 in half megabytes, of all cores together.
        if (highest >= unchecked((uint)AmdSizes) && (long)((uint)cpuId!(AmdSizes, 0).Edx >> 18) << 19 is > 0 and long all)
        {
            return new(Math.Min(all, Usual), "CPUID leaf 0x80000006, at most 32 MB");
        }

        return new(Usual, "assumed");
    }

    private static LastLevelCache Counted(long bytes, string source) => bytes <= LargestInFull
        ? new(bytes, source)
        : new(
            OfServer,
            string.Create(CultureInfo.InvariantCulture, $"{source}, {bytes >> 20} MB of a server's cores together"),
            IsOfServer: true);

    // Both manufacturers list caches in the same form: line size, partitions, ways, sets.
    private static long Largest(CpuId cpuId, int leaf)
    {
        long largest = 0;
        for (int index = 0; index < 8; index++)
        {
            (int kind, int geometry, int sets, _) = cpuId(leaf, index);
            if ((kind & 31) == 0)
            {
                break;
            }

            long line = (geometry & 0xFFF) + 1, partitions = ((geometry >> 12) & 0x3FF) + 1, ways = ((geometry >> 22) & 0x3FF) + 1;
            largest = Math.Max(largest, line * partitions * ways * ((uint)sets + 1L));
        }

        return largest;
    }

    // A file "size" for each cache, such as 32768K.
    private static long LargestIn(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? Directory.GetDirectories(folder, "index*").Select(cache => SizeIn(Path.Combine(cache, "size"))).DefaultIfEmpty().Max()
                : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long SizeIn(string file)
    {
        string text = File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        return text.EndsWith('K') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes << 10
            : 0;
    }
}
