using Evenkeel.Numerics.Threading;
using static System.FormattableString;

namespace Evenkeel.Numerics;

/// <summary>Sets the number of threads that the library uses. Results are the same, bit for bit, for any number.</summary>
public static class Parallelism
{
    private const int MaxThreads = 1024;

    /// <summary>
    /// The most threads, including the caller's, that a large operation of this process uses;
    /// <see cref="Environment.ProcessorCount"/> by default. With 1, everything runs on the caller's thread.
    /// </summary>
    /// <remarks>Can be set at any time; operations in progress finish with the threads they have.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1 or more than 1,024.</exception>
    public static int Threads
    {
        get => WorkerPool.Threads;
        set
        {
            if (value is < 1 or > MaxThreads)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, Invariant($"The number of threads is {value}; it must be from 1 to {MaxThreads}."));
            }

            WorkerPool.Threads = value;
        }
    }

    /// <summary>
    /// Calls <paramref name="body"/> once with each number from 0 to <paramref name="count"/> − 1, in any order and
    /// concurrently, and returns when all calls have returned.
    /// </summary>
    /// <remarks>
    /// For coarse work, such as whole training runs side by side. Operations that a body calls run on its thread alone. If
    /// the threads are busy, for another caller or because this is called inside a body, the calling thread makes all calls.
    /// </remarks>
    /// <param name="count">The number of calls.</param>
    /// <param name="body">The action to call. If it throws, this method throws the first exception, and calls that have not begun
    /// may be skipped.</param>
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
