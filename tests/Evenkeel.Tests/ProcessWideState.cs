using Evenkeel.Numerics;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Tests;

/// <summary>
/// The collection of tests that change or measure what the whole process shares (the number of threads, allocated
/// bytes): they run one after another, with no other test beside them.
/// </summary>
[CollectionDefinition(nameof(ProcessWideState), DisableParallelization = true)]
public class ProcessWideState
{
    /// <summary>Runs an action with <see cref="Parallelism.Threads"/> set, even short work split, and sets both back.</summary>
    public static void WithThreads(int threads, Action action)
    {
        (int before, double worthWaking) = (Parallelism.Threads, WorkerPool.WorthWaking);
        (Parallelism.Threads, WorkerPool.WorthWaking) = (threads, 0);
        try
        {
            action();
        }
        finally
        {
            (Parallelism.Threads, WorkerPool.WorthWaking) = (before, worthWaking);
        }
    }

    /// <summary>The bytes that all threads together allocate during an action.</summary>
    /// <remarks>
    /// The least of several runs: the test runner's own threads allocate now and then, for a while. An action that
    /// allocates does so in every run, so that patience hides nothing.
    /// </remarks>
    public static long AllocatedBytes(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 60 && least > 0; i++)
        {
            Thread.Sleep(i < 5 ? 0 : i);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
