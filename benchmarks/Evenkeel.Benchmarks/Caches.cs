using System.Globalization;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Benchmarks;

/// <summary>The data caches of the first processor.</summary>
internal static class Caches
{
    /// <summary>The size in bytes of the last one, as the library takes it.</summary>
    public static long LastLevel => LastLevelCache.OfThisMachine.Bytes;

    /// <summary>The sizes as the system reports them, and the last one's as the library takes it, with its source.</summary>
    public static string Description
    {
        get
        {
            string sizes = string.Join(", ", FindSizes().Select(bytes => $"{bytes >> 10} KB"));
            return $"Data caches {(sizes.Length == 0 ? "not reported" : sizes)}; "
                + $"the library takes {LastLevel >> 10} KB for the last ({LastLevelCache.OfThisMachine.Source})";
        }
    }

    private static IEnumerable<long> FindSizes()
    {
        const string Information = "/sys/devices/system/cpu/cpu0/cache";
        string[] caches = Directory.Exists(Information) ? Directory.GetDirectories(Information, "index*") : [];
        return caches
            .Where(cache => Read(cache, "type") != "Instruction")
            .OrderBy(cache => Read(cache, "level"), StringComparer.Ordinal)
            .Select(cache => 1024 * long.Parse(Read(cache, "size").TrimEnd('K'), CultureInfo.InvariantCulture));

        static string Read(string cache, string file) => File.ReadAllText(Path.Combine(cache, file)).Trim();
    }
}
