using System.Diagnostics;

namespace Evenkeel.Fuzz;

/// <summary>Gives mutated inputs to a reader and stops at the first on which it is wrong, slow or greedy.</summary>
internal static class Fuzzer
{
    /// <summary>The most memory that an input of at most 64 KiB may take, in bytes.</summary>
    private const long MaxAllocated = 256 << 20;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs a target; returns how many inputs were accepted.</summary>
    /// <exception cref="FuzzException">The reader failed on an input; the message has its path.</exception>
    public static long Run(Target target, int seed, long count, Action<long>? progress = null)
    {
        long accepted = 0;
        foreach (byte[] input in target.Seeds)
        {
            accepted += Check(target, input) ? 1 : 0;
        }

        var mutator = new Mutator(seed, target.Seeds, target.Words);
        for (long i = 0; i < count; i++)
        {
            accepted += Check(target, mutator.Next()) ? 1 : 0;
            progress?.Invoke(i + 1);
        }

        return accepted;
    }

    /// <summary>Reads an input; returns whether it was accepted.</summary>
    /// <exception cref="FuzzException">The reader failed on it; the message has its path.</exception>
    public static bool Check(Target target, byte[] input)
    {
        long start = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            bool accepted = target.Read(input);
            if (Stopwatch.GetElapsedTime(start) > MaxTime)
            {
                throw new FuzzException($"took {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated <= MaxAllocated ? accepted : throw new FuzzException($"allocated {allocated >> 20} MiB");
        }
        catch (Exception e)
        {
            string path = Path.Combine(Path.GetTempPath(), $"fuzz-{target.Name}-{Convert.ToHexStringLower(Hash(input))}");
            File.WriteAllBytes(path, input);
            throw new FuzzException($"{target.Name}: {e.GetType().Name}: {e.Message} Input: {path}", e);
        }
    }

    private static byte[] Hash(byte[] input) => System.Security.Cryptography.SHA256.HashData(input)[..8];
}
