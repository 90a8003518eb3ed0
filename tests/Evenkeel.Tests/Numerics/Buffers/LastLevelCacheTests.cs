using Evenkeel.Numerics.Buffers;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Buffers;

/// <summary><see cref="LastLevelCache"/> with what processors and systems report, and what they hide.</summary>
public class LastLevelCacheTests
{
    private const string Nowhere = "/nowhere";

    [Fact]
    public void Takes_the_largest_cache_that_Intel_lists() =>
        Assert.Equal(new(36L << 20, "CPUID leaf 4"), LastLevelCache.Find(Processor(highest: 0x80000008, listing: 4), Nowhere));

    [Fact]
    public void Takes_the_largest_cache_that_Amd_lists() => Assert.Equal(
        new(36L << 20, "CPUID leaf 0x8000001D"), LastLevelCache.Find(Processor(highest: 0x80000028, listing: 0x8000001D), Nowhere));

    [Fact]
    public void Takes_a_part_of_the_cache_of_a_server()
    {
        var ofServer = new LastLevelCache(8L << 20, "CPUID leaf 4, 65 MB of a server's cores together", IsOfServer: true);
        Assert.Equal(ofServer, LastLevelCache.Find(Processor(highest: 0x80000008, listing: 4, lastMegabytes: 65), Nowhere));
        Assert.Equal(
            new(64L << 20, "CPUID leaf 4"), LastLevelCache.Find(Processor(highest: 0x80000008, listing: 4, lastMegabytes: 64), Nowhere));

        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "index3"));
        File.WriteAllText(Path.Combine(folder.Path, "index3", "size"), "116736K\n");
        Assert.Equal(
            new(8L << 20, $"{folder.Path}, 114 MB of a server's cores together", IsOfServer: true), LastLevelCache.Find(null, folder.Path));
    }

    [Fact]
    public void Takes_all_of_a_stacked_cache_of_Amd() => Assert.Equal(
        new(96L << 20, "CPUID leaf 0x8000001D"),
        LastLevelCache.Find(Processor(highest: 0x80000028, listing: 0x8000001D, lastMegabytes: 96), Nowhere));

    [Fact]
    public void Asks_the_system_where_the_processor_lists_none()
    {
        using var folder = new TemporaryFolder();
        foreach ((string index, string size) in ((string, string)[])[
            ("index0", "48K\n"), ("index1", "2048K\n"), ("index2", "junk"), ("other", "9999K")])
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, index));
            File.WriteAllText(Path.Combine(folder.Path, index, "size"), size);
        }

        var expected = new LastLevelCache(2L << 20, folder.Path);
        Assert.Equal(expected, LastLevelCache.Find(Processor(highest: 0x80000028, listing: 0, halfMegabytes: 10), folder.Path));
        Assert.Equal(expected, LastLevelCache.Find(null, folder.Path));
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(670, 32)] // the total of all cores; one core uses a part
    public void Takes_the_size_of_level_3_where_nothing_is_listed(uint halfMegabytes, long megabytes)
    {
        foreach (uint highest in (uint[])[0x80000006, 0x80000028])
        {
            Assert.Equal(
                new(megabytes << 20, "CPUID leaf 0x80000006, at most 32 MB"),
                LastLevelCache.Find(Processor(highest, listing: 0, halfMegabytes), Nowhere));
        }
    }

    [Fact]
    public void Assumes_a_size_where_nothing_is_reported()
    {
        var assumed = new LastLevelCache(32L << 20, "assumed");
        Assert.Equal(assumed, LastLevelCache.Find(null, Nowhere));
        Assert.Equal(assumed, LastLevelCache.Find(Processor(highest: 0x80000028, listing: 0), Nowhere));
        Assert.Equal(assumed, LastLevelCache.Find(Processor(highest: 0, listing: 0, halfMegabytes: 64), Nowhere));
        Assert.Equal(assumed, LastLevelCache.Find(Processor(highest: 0x80000004, listing: 0, halfMegabytes: 64), Nowhere));
    }

    [Fact]
    public void Survives_a_folder_without_sizes()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("assumed", LastLevelCache.Find(null, folder.Path).Source);
        Directory.CreateDirectory(Path.Combine(folder.Path, "index0"));
        Assert.Equal("assumed", LastLevelCache.Find(null, folder.Path).Source);
    }

    [Fact]
    public void Knows_this_machine() => Assert.InRange(LastLevelCache.OfThisMachine.Bytes, 1 << 18, 1L << 32);

    /// <summary>
    /// A processor whose <paramref name="listing"/> leaf has caches of 48 KB, 32 KB (instructions), 1 MB and
    /// <paramref name="lastMegabytes"/>.
    /// </summary>
    private static LastLevelCache.CpuId Processor(
        uint highest, uint listing, uint halfMegabytes = 0, int lastMegabytes = 36) => (leaf, subleaf) =>
        (uint)leaf == 0x80000000 ? (unchecked((int)highest), 0, 0, 0)
        : (uint)leaf == 0x80000006 ? (0, 0, 0, unchecked((int)(halfMegabytes << 18)))
        : (uint)leaf != listing || listing == 0 ? default
        : subleaf switch
        {
            0 => Cache(kind: 0x21, ways: 12, sets: 64),
            1 => Cache(kind: 0x22, ways: 8, sets: 64),
            2 => Cache(kind: 0x43, ways: 16, sets: 1024),
            3 => Cache(kind: 0x63, ways: 16, sets: lastMegabytes << 10),
            _ => default,
        };

    private static (int Eax, int Ebx, int Ecx, int Edx) Cache(int kind, int ways, int sets) =>
        (kind, ((ways - 1) << 22) | 63, sets - 1, 0);
}
