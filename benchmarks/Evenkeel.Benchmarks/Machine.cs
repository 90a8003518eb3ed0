using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Benchmarks;

/// <summary>What a figure needs beside it to mean something: where and when it was taken.</summary>
internal static class Machine
{
    /// <summary>
    /// The sizes in bytes of the caches that the first processor sees for data, nearest first; empty where the system does not say.
    /// </summary>
    public static IReadOnlyList<long> DataCaches { get; } = [.. FindDataCaches()];

    /// <summary>The size in bytes of the last-level cache, or 32 MB where the system does not say.</summary>
    public static long LastLevelCache => DataCaches is [.., long last] ? last : 32L << 20;

    /// <summary>How busy the machine has been, in words: where others run beside it, figures on all threads mean little.</summary>
    public static string Load =>
        File.Exists("/proc/loadavg")
            ? $"load average of the last minute {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"
            : "load unknown";

    public static void Print(TextWriter output)
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        output.WriteLine($"{Processor()}, {Environment.ProcessorCount} processors, {bits}-bit vectors");
        output.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        output.WriteLine(DateTime.Now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        output.WriteLine();
    }

    private static string Processor()
    {
        const string Information = "/proc/cpuinfo";
        string? line = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static IEnumerable<long> FindDataCaches()
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
