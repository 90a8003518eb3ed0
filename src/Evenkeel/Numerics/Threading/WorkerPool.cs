using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Threading;

/// <summary>A piece of work that falls into numbered shares, each independent of the others.</summary>
internal interface IWork
{
    /// <summary>Does the share with this number.</summary>
    void Invoke(int index);
}

/// <summary>Spreads the shares of a piece of work over threads.</summary>
/// <remarks>
/// <para>
/// Kernels are split into pieces of some ten microseconds, thousands of times a second: too fine for the thread pool,
/// whose tasks cost allocations and a wake-up each. So the threads here are the library's own, stay awake for a moment
/// after each piece of work, and a split allocates nothing.
/// </para>
/// <para>
/// One piece of work is split at a time. Its shares are taken one by one by lowering the number of those left, with a
/// compare-and-swap. Who lowers it holds a share of the work that is current at that moment, and the work stays current
/// until every share has been reported done: a thread that comes late finds no share left, and can touch nothing.
/// </para>
/// </remarks>
internal static class WorkerPool
{
    private static readonly SpinWaiter AllDone = new(static () => Volatile.Read(ref _counters.Undone) == 0);
    private static readonly List<Worker> Workers = [];

    private static int _threads = Environment.ProcessorCount;
    private static Counters _counters;
    private static bool _taken;
    private static PieceOfWork? _work;
    private static ExceptionDispatchInfo? _failure;

    /// <summary>How many threads share the work, the caller's own among them.</summary>
    public static int Threads
    {
        get => Volatile.Read(ref _threads);
        set => Volatile.Write(ref _threads, value);
    }

    /// <summary>Does shares 0 to <paramref name="chunks"/> − 1 of the work, in any order, and returns when all are done.</summary>
    /// <remarks>
    /// The calling thread does all of them where there is a single share or thread, and where a piece of work is being
    /// split already: for another caller, or around a call from inside a share. If a share throws, the first exception
    /// comes out of this method, and shares that have not begun may be left out.
    /// </remarks>
    public static void Run<TWork>(in TWork work, int chunks)
        where TWork : struct, IWork
    {
        int threads = WorkerPool.Threads;
        if (chunks <= 1 || threads == 1 || Interlocked.Exchange(ref _taken, true))
        {
            TWork own = work;
            for (int i = 0; i < chunks; i++)
            {
                own.Invoke(i);
            }

            return;
        }

        PieceOfWork<TWork>.Instance.Work = work;
        Split(PieceOfWork<TWork>.Instance, chunks, threads);
    }

    private static void Split(PieceOfWork work, int chunks, int threads)
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

    /// <summary>Makes sure that there are so many workers, or as many as the system gives threads for; returns how many may help.</summary>
    private static int Hire(int helpers)
    {
        while (Workers.Count < helpers)
        {
            try
            {
                Workers.Add(new Worker(Workers.Count));
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                return Workers.Count;
            }
        }

        return helpers;
    }

    /// <summary>Does shares of the current work until none is left.</summary>
    private static void TakeChunks()
    {
        int done = 0;
        while (TryTakeChunk(out int chunk))
        {
            // Only from here to the report below is the current work sure to stay what it is.
            PieceOfWork work = _work!;
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

    /// <summary>The two counters that all threads write, each on a cache line (or two, as they are fetched) of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        /// <summary>Shares that nobody has taken.</summary>
        [FieldOffset(128)]
        public int Left;

        /// <summary>Shares that have not been reported done.</summary>
        [FieldOffset(256)]
        public int Undone;
    }

    private abstract class PieceOfWork
    {
        public abstract void Invoke(int chunk);

        /// <summary>Lets go of what the work refers to.</summary>
        public abstract void Clear();
    }

    /// <summary>Where work of one type is kept while it is split: one place is enough, since one piece is split at a time.</summary>
    private sealed class PieceOfWork<TWork> : PieceOfWork
        where TWork : struct, IWork
    {
        public static readonly PieceOfWork<TWork> Instance = new();

        public TWork Work;

        public override void Invoke(int chunk) => Work.Invoke(chunk);

        public override void Clear() => Work = default;
    }

    /// <summary>A thread that takes shares as long as its number is below <see cref="WorkerPool.Threads"/> − 1.</summary>
    private sealed class Worker
    {
        private readonly int _number;

        public Worker(int number)
        {
            _number = number;
            Work = new SpinWaiter(() => Volatile.Read(ref _counters.Left) > 0 && _number < WorkerPool.Threads - 1);
            new Thread(Loop)
            {
                IsBackground = true,
                Name = string.Create(CultureInfo.InvariantCulture, $"Evenkeel worker {number + 1}"),
            }.UnsafeStart();
        }

        /// <summary>Where the thread waits for work.</summary>
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
