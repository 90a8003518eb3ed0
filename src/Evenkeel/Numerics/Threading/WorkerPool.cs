using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Threading;

/// <summary>Divides the chunks of work among threads.</summary>
/// <remarks>
/// <para>
/// Kernels are split into chunks of some ten microseconds, thousands of times a second: too fine for the thread pool, whose tasks
/// cost allocations and a wake-up each. So the pool has its own threads, which stay awake for a moment after each work, and a split
/// allocates nothing.
/// </para>
/// <para>
/// Short work is not worth waking threads that sleep; see <see cref="IsWorthSplitting"/>.
/// </para>
/// <para>
/// One work is split at a time. Its chunks are taken one by one by decrementing the number of remaining chunks with a
/// compare-and-swap. The thread that decrements it holds a chunk of the work that is current at that moment, and the work stays
/// current until every chunk has been reported done: a thread that comes late finds no chunk and touches nothing.
/// </para>
/// </remarks>
internal static class WorkerPool
{
    /// <summary>Elements of a chunk: fewer would not be worth a thread.</summary>
    public const int ChunkLength = 32 * 1024;

    private const double MicrosecondsPerElement = 0.00025;

    private static readonly SpinWaiter AllDone = new(static () => Volatile.Read(ref _counters.Undone) == 0);
    private static readonly List<Worker> Workers = [];

    private static int _threads = Environment.ProcessorCount;
    private static Counters _counters;
    private static bool _taken;
    private static CurrentWork? _work;
    private static ExceptionDispatchInfo? _failure;

    private static SpinWaiter? _firstWorker;
    private static long _endOfShortWork;
    private static double _shortWork;

    [ThreadStatic]
    private static bool _isAlone;

    /// <summary>The number of threads that do the work, including the caller's.</summary>
    public static int Threads
    {
        get => Volatile.Read(ref _threads);
        set => Volatile.Write(ref _threads, value);
    }

    /// <summary>The time on one thread, in microseconds, from which on work is worth waking threads that sleep.</summary>
    /// <remarks>Tests set it to 0, so that all work is split.</remarks>
    public static double WorthWaking { get; set; } = 100;

    /// <summary>Estimates the time that a kernel takes on one thread, in microseconds.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="cost">The time of one, in multiples of that of a sum or an affine map.</param>
    public static double Estimate(long elements, double cost = 1) => elements * cost * MicrosecondsPerElement;

    /// <summary>Tells whether to split work that takes one thread some time, estimated in microseconds.</summary>
    /// <remarks>
    /// A thread that is awake takes its first chunk within a microsecond. To wake one costs the caller some 8 µs, and the work 10 to 20
    /// more, in which it waits for chunks that were taken late, with cold caches. So while threads sleep, short work stays on the
    /// calling thread, unless it follows other short work, without a pause, that together would have been worth waking them.
    /// </remarks>
    public static bool IsWorthSplitting(double microseconds)
    {
        if (_isAlone || Threads == 1)
        {
            return false;
        }

        if (microseconds >= WorthWaking || Volatile.Read(ref _firstWorker) is { IsAwake: true })
        {
            return true;
        }

        // Threads that call this at the same time may lose each other's values, and wake the workers early or late.
        long now = Stopwatch.GetTimestamp();
        _shortWork = microseconds + (now - _endOfShortWork <= SpinWaiter.SpinningTime ? _shortWork : 0);
        _endOfShortWork = now + (long)(microseconds * Stopwatch.Frequency / 1_000_000);
        return _shortWork >= WorthWaking;
    }

    /// <summary>Does chunks 0 to <paramref name="chunks"/> − 1 of the work, in any order, and returns when all are done.</summary>
    /// <remarks>
    /// The calling thread does all of them if there is only one chunk or thread, if <see cref="IsWorthSplitting"/> is false, or if
    /// another work is being split: for another caller, or around a call from inside a chunk. If a chunk throws, this method throws the
    /// first exception, and chunks that have not begun may be skipped.
    /// </remarks>
    /// <param name="work">The work.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="microseconds">The time on one thread, estimated; by default, long.</param>
    public static void Run<TWork>(in TWork work, int chunks, double microseconds = double.PositiveInfinity)
        where TWork : struct, IWork
    {
        if (chunks <= 1 || !IsWorthSplitting(microseconds) || Interlocked.Exchange(ref _taken, true))
        {
            TWork own = work;
            for (int i = 0; i < chunks; i++)
            {
                own.Invoke(i);
            }

            return;
        }

        CurrentWork<TWork>.Instance.Work = work;
        Split(CurrentWork<TWork>.Instance, chunks, Threads);
    }

    /// <summary>Keeps works that this thread runs on this thread alone, until <see cref="EndAlone"/>.</summary>
    /// <returns>What must be passed to <see cref="EndAlone"/>.</returns>
    public static bool BeginAlone()
    {
        bool before = _isAlone;
        _isAlone = true;
        return before;
    }

    /// <summary>Ends what <see cref="BeginAlone"/> began.</summary>
    public static void EndAlone(bool before) => _isAlone = before;

    private static void Split(CurrentWork work, int chunks, int threads)
    {
        int helpers = Hire(Math.Min(threads, chunks) - 1);
        _work = work;
        _counters.Undone = chunks;
        Interlocked.Exchange(ref _counters.Left, chunks);
        for (int i = 0; i < helpers; i++)
        {
            Workers[i].Work.Signal();
        }

        TakeChunks();
        AllDone.Wait();

        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        _work = null;
        work.Clear();
        Volatile.Write(ref _taken, false);
        failure?.Throw();
    }

    /// <summary>Starts missing workers, as far as the system grants threads, and returns the number that can help.</summary>
    private static int Hire(int helpers)
    {
        while (Workers.Count < helpers)
        {
            try
            {
                Workers.Add(new Worker(Workers.Count));
                Volatile.Write(ref _firstWorker, Workers[0].Work);
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                return Workers.Count;
            }
        }

        return helpers;
    }

    /// <summary>Does chunks of the current work until none remains.</summary>
    private static void TakeChunks()
    {
        int done = 0;
        while (TryTakeChunk(out int chunk))
        {
            // The current work cannot change from here to the report below.
            CurrentWork work = _work!;
            try
            {
                if (Volatile.Read(ref _failure) is null)
                {
                    work.Invoke(chunk);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }

            done++;
        }

        if (done > 0 && Interlocked.Add(ref _counters.Undone, -done) == 0)
        {
            AllDone.Signal();
        }
    }

    private static bool TryTakeChunk(out int chunk)
    {
        int left = Volatile.Read(ref _counters.Left);
        while (left > 0)
        {
            int seen = Interlocked.CompareExchange(ref _counters.Left, left - 1, left);
            if (seen == left)
            {
                chunk = left - 1;
                return true;
            }

            left = seen;
        }

        chunk = -1;
        return false;
    }

    /// <summary>The two counters that all threads write, each on its own pair of cache lines, since lines are fetched in pairs.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        /// <summary>Chunks that no thread has taken.</summary>
        [FieldOffset(128)]
        public int Left;

        /// <summary>Chunks that have not been reported done.</summary>
        [FieldOffset(256)]
        public int Undone;
    }

    private abstract class CurrentWork
    {
        public abstract void Invoke(int chunk);

        /// <summary>Releases the references that the work holds.</summary>
        public abstract void Clear();
    }

    /// <summary>Holds the work of one type while it is split; one instance is enough, since one work is split at a time.</summary>
    private sealed class CurrentWork<TWork> : CurrentWork
        where TWork : struct, IWork
    {
        public static readonly CurrentWork<TWork> Instance = new();

        public TWork Work;

        public override void Invoke(int chunk) => Work.Invoke(chunk);

        public override void Clear() => Work = default;
    }

    /// <summary>A thread that takes chunks as long as its number is below <see cref="WorkerPool.Threads"/> − 1.</summary>
    private sealed class Worker
    {
        private readonly int _number;

        public Worker(int number)
        {
            _number = number;
            Work = new SpinWaiter(() => Volatile.Read(ref _counters.Left) > 0 && _number < Threads - 1);
            new Thread(Loop)
            {
                IsBackground = true,
                Name = string.Create(CultureInfo.InvariantCulture, $"Evenkeel worker {number + 1}"),
            }.UnsafeStart();
        }

        /// <summary>The condition on which the thread waits for work.</summary>
        public SpinWaiter Work { get; }

        private void Loop()
        {
            while (true)
            {
                Work.Wait();
                TakeChunks();
            }
        }
    }
}
