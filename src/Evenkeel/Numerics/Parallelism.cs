using Evenkeel.Numerics.Threading;
using static System.FormattableString;

namespace Evenkeel.Numerics;

/// <summary>How many threads the library works on. No result depends on it, to the last bit.</summary>
public static class Parallelism
{
    /// <summary>
    /// How many threads, the caller's own among them, a large operation of this process may use; at first
    /// <see cref="Environment.ProcessorCount"/>. With 1, everything runs on the caller's thread.
    /// </summary>
    /// <remarks>May be set at any time; operations that are under way end with the threads they have.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get => WorkerPool.Threads;
        set
        {
            if (value < 1)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    Invariant($"The number of threads is {value}; it must be at least 1."));
            }

            WorkerPool.Threads = value;
        }
    }

    /// <summary>
    /// Calls <paramref name="body"/> with each number from 0 to <paramref name="count"/> − 1 once, in any order and
    /// several at a time, and returns when all have returned.
    /// </summary>
    /// <remarks>
    /// For coarse work, such as whole training runs side by side. While bodies run side by side, what they call runs
    /// on their own thread alone. Where the threads are already at work, for another caller or because this is called
    /// inside a body, the calling thread does all of it.
    /// </remarks>
    /// <param name="count">How many calls to make.</param>
    /// <param name="body">What to call. If it throws, the first exception comes out of this method, and calls that have
    /// not begun may be left out.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public static void For(int count, Action<int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(body);
        WorkerPool.Run(new Bodies(body), count);
    }

    private readonly struct Bodies(Action<int> body) : IWork
    {
        public void Invoke(int index) => body(index);
    }
}
