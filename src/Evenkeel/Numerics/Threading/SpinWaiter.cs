using System.Diagnostics;

namespace Evenkeel.Numerics.Threading;

/// <summary>
/// Where a thread waits for a condition that other threads bring about: it spins for a while, since work tends to
/// follow work within microseconds, and then sleeps until it is signalled.
/// </summary>
/// <param name="condition">What is waited for. It must be made true by an interlocked operation, followed by
/// <see cref="Signal"/>.</param>
internal sealed class SpinWaiter(Func<bool> condition)
{
    /// <summary>A few times what it takes to wake a sleeping thread, and too short to be seen as load.</summary>
    private static readonly long SpinningTime = Stopwatch.Frequency * 50 / 1_000_000;

    private readonly object _sleep = new();
    private bool _someoneSleeps;

    /// <summary>Returns once the condition holds. One thread at a time may wait.</summary>
    public void Wait()
    {
        long end = Stopwatch.GetTimestamp() + SpinningTime;
        do
        {
            if (condition())
            {
                return;
            }

            Thread.SpinWait(1);
        }
        while (Stopwatch.GetTimestamp() < end);

        lock (_sleep)
        {
            // Both sides write first, then look, with a full fence between: one of them sees the other.
            Volatile.Write(ref _someoneSleeps, true);
            Interlocked.MemoryBarrier();
            bool interrupted = false;
            while (!condition())
            {
                try
                {
                    Monitor.Wait(_sleep);
                }
                catch (ThreadInterruptedException)
                {
                    // Whoever waits here has lent its memory to other threads, and cannot leave before they are done.
                    interrupted = true;
                }
            }

            Volatile.Write(ref _someoneSleeps, false);
            if (interrupted)
            {
                Thread.CurrentThread.Interrupt();
            }
        }
    }

    /// <summary>Wakes the thread that waits, if it sleeps.</summary>
    public void Signal()
    {
        if (Volatile.Read(ref _someoneSleeps))
        {
            lock (_sleep)
            {
                Monitor.Pulse(_sleep);
            }
        }
    }
}
