using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Benchmarks;

/// <summary>What a figure needs beside it to mean something: where and when it was taken.</summary>
internal static class Machine
{
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
}
