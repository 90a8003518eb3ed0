using System.Diagnostics;

namespace Evenkeel.Numerics.Threading;

/// <summary>Lets a thread wait for a condition that other threads bring about.</summary>
/// <remarks>
/// The thread spins for a while, since work tends to follow work within microseconds, and then sleeps until it is signalled.
/// </remarks>
/// <param name="condition">The condition. It must be made true by an interlocked operation, followed by <see cref="Signal"/>.</param>
internal sealed class SpinWaiter(Func<bool> condition)
{
    /// <summary>Timestamp ticks of spinning: a few times as long as waking a sleeping thread, and too short to be seen as load.</summary>
    public static readonly long SpinningTime = Stopwatch.Frequency * 50 / 1_000_000;

    /// <summary>Timestamp ticks after which the thread yields while it spins, since it may wait for one on the same processor.</summary>
    private static readonly long TimeBeforeYielding = Stopwatch.Frequency * 5 / 1_000_000;

    private readonly object _sleep = new();
    private bool _isAsleep;

    /// <summary>False while the waiting thread sleeps and would have to be woken.</summary>
    public bool IsAwake => !Volatile.Read(ref _isAsleep);

    /// <summary>Returns once the condition holds; one thread at a time may wait.</summary>
    public void Wait()
    {
        long start = Stopwatch.GetTimestamp(), waited = 0;
        do
        {
            if (condition())
            {
                return;
            }

            if (waited < TimeBeforeYielding)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Thread.Yield();
            }

            waited = Stopwatch.GetTimestamp() - start;
        }
        while (waited < SpinningTime);

        lock (_sleep)
        {
            // Both sides write and then read, with a full fence between, so that at least one of them sees the other.
            Volatile.Write(ref _isAsleep, true);
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
                    // Other threads use memory of the waiting thread, so it cannot leave before they are done.
                    interrupted = true;
                }
            }

            Volatile.Write(ref _isAsleep, false);
            if (interrupted)
            {
                Thread.CurrentThread.Interrupt();
            }
        }
    }

    /// <summary>Wakes the waiting thread if it sleeps.</summary>
    public void Signal()
    {
        if (Volatile.Read(ref _isAsleep))
        {
            lock (_sleep)
            {
                Monitor.Pulse(_sleep);
            }
        }
    }
}
