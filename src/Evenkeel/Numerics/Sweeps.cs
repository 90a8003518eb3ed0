namespace Evenkeel.Numerics;

/// <summary>How often what reduces and then maps goes through memory.</summary>
internal static class Sweeps
{
    /// <summary>The shortest runs with which one pass reads memory in stretches that are worth it, where sets are scattered.</summary>
    private const int ShortestRun = 256;

    /// <summary>Elements side by side beyond which sets gain nothing by going together.</summary>
    private const int Stretch = 2048;

    /// <summary>Elements of sets that go together: a fourth of what the cache of a core holds.</summary>
    private const int Together = 64 * 1024;

    /// <summary>How many sets the last cache must hold: one that is mapped and one that is reduced for each thread, and as much again.</summary>
    private const int SetsInCache = 4;

    /// <summary>Whether each set is reduced and mapped in turn, rather than all in a sweep each.</summary>
    public static bool OnePass(ChannelView view, Stores stores)
    {
        if (view.Inner == 1)
        {
            return false;
        }

        bool fits = (long)view.PerSet * sizeof(float) * SetsInCache * Parallelism.Threads <= LastLevelCache.Bytes;
        bool shared = view.Sets >= 2 * Parallelism.Threads;
        return fits && shared && (view.Outer == 1 || (stores.Stream && view.Inner >= ShortestRun));
    }

    /// <summary>How many neighbouring sets of so many tensors go through one pass together: a divisor of their number.</summary>
    public static int SetsTogether(ChannelView view, int tensors)
    {
        int sets = 1;
        while (view.Outer > 1 && view.Channels % (2 * sets) == 0 && sets * view.Inner < Stretch && 2 * sets * view.PerSet * tensors <= Together)
        {
            sets *= 2;
        }

        return sets;
    }
}
