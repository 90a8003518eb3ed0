using System.Runtime.CompilerServices;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Threading;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Numerics.Threading;

[Collection(nameof(ProcessWideState))]
public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_chunk_is_done_exactly_once(int threads) => WithThreads(threads, () =>
    {
        foreach (int chunks in (int[])[0, 1, 2, 3, 5, 16, 100, 1000, 100_000])
        {
            int[] calls = new int[chunks];
            WorkerPool.Run(new Counting(calls), chunks);
            Assert.All(calls, c => Assert.Equal(1, c));
        }
    });

    [Fact]
    public void Two_threads_work_at_the_same_time() => WithThreads(2, () =>
    {
        // Each body waits for the other: on one thread this would never end.
        using var barrier = new Barrier(2);
        Parallelism.For(2, _ => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60))));
    });

    [Fact]
    public void Work_begins_again_after_the_threads_went_to_sleep() => WithThreads(2, () =>
    {
        for (int i = 0; i < 5; i++)
        {
            Thread.Sleep(20);
            Two_threads_work_at_the_same_time();
        }
    });

    [Fact]
    public void Short_work_does_not_wake_threads_until_it_follows_more_of_it() => WithThreads(2, () =>
    {
        WorkerPool.WorthWaking = 1_000;
        for (int i = 0; i < 5; i++)
        {
            Two_threads_work_at_the_same_time();
            Thread.Sleep(50);
            int[] threads = new int[16];
            WorkerPool.Run(new Naming(threads), threads.Length, microseconds: 10);
            Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
            Assert.True(WorkerPool.IsWorthSplitting(1_000));
            Assert.True(SpinWait.SpinUntil(() => WorkerPool.IsWorthSplitting(300), TimeSpan.FromSeconds(60)));
        }
    });

    [Fact]
    public void A_run_inside_a_chunk_stays_on_its_thread() => WithThreads(4, () =>
        Parallelism.For(8, _ =>
        {
            int thread = Environment.CurrentManagedThreadId;
            int calls = 0;
            Parallelism.For(1000, _ =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                calls++;
            });
            Assert.Equal(1000, calls);
        }));

    [Fact]
    public void With_one_thread_chunks_run_in_order_on_the_caller() => WithThreads(1, () =>
    {
        int thread = Environment.CurrentManagedThreadId;
        var seen = new List<int>();
        Parallelism.For(100, i =>
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            seen.Add(i);
        });
        Assert.Equal(Enumerable.Range(0, 100), seen);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_in_a_chunk_comes_out_with_its_stack_and_the_threads_stay_usable(int threads) => WithThreads(threads, () =>
    {
        for (int i = 0; i < 100; i++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => Parallelism.For(50, ThrowAtThird));
            Assert.Equal("chunk 3", thrown.Message);
            Assert.Contains(nameof(ThrowAtThird), thrown.StackTrace, StringComparison.Ordinal);

            int[] calls = new int[50];
            WorkerPool.Run(new Counting(calls), 50);
            Assert.All(calls, c => Assert.Equal(1, c));
        }

        static void ThrowAtThird(int chunk)
        {
            if (chunk == 3)
            {
                throw new InvalidOperationException("chunk 3");
            }
        }
    });

    [Fact]
    public void When_every_chunk_throws_one_exception_comes_out() => WithThreads(4, () =>
        Assert.Throws<FormatException>(() => Parallelism.For(100, _ => throw new FormatException())));

    [Fact]
    public void Several_callers_at_once_each_get_their_chunks_done() => WithThreads(3, () =>
    {
        var callers = new Thread[4];
        int failures = 0;
        for (int t = 0; t < callers.Length; t++)
        {
            callers[t] = new Thread(() =>
            {
                int[] calls = new int[17];
                for (int round = 1; round <= 5000; round++)
                {
                    WorkerPool.Run(new Counting(calls), calls.Length);
                    if (calls.Any(c => c != round))
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            });
            callers[t].Start();
        }

        Array.ForEach(callers, c => c.Join());
        Assert.Equal(0, failures);
    });

    [Fact]
    public void The_number_of_threads_may_change_at_any_time() => WithThreads(2, () =>
    {
        using var stop = new CancellationTokenSource();
        var changer = new Thread(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                Parallelism.Threads = 1 + i % 5;
                Thread.Sleep(0);
            }
        });
        changer.Start();
        int[] calls = new int[9];
        for (int round = 1; round <= 20_000; round++)
        {
            WorkerPool.Run(new Counting(calls), calls.Length);
            Assert.All(calls, c => Assert.Equal(round, c));
        }

        stop.Cancel();
        changer.Join();
    });

    [Fact]
    public void What_a_chunk_writes_the_caller_reads() => WithThreads(2, () =>
    {
        // Many short works in succession, of two types: a chunk taken twice, late or for the wrong work would show.
        long[] sums = new long[5];
        for (int round = 0; round < 200_000; round++)
        {
            WorkerPool.Run(new Adding(sums, round), sums.Length);
            WorkerPool.Run(new AddingTwice(sums, round), sums.Length - 1);
        }

        const long Once = 200_000L * 199_999 / 2;
        Assert.Equal([3 * Once, 3 * Once, 3 * Once, 3 * Once, Once], sums);
    });

    [Fact]
    public void A_run_allocates_nothing() => WithThreads(2, () =>
    {
        int[] calls = new int[8];
        RunOften();
        long bytes = AllocatedBytes(RunOften);
        Assert.Equal(0, bytes);

        void RunOften()
        {
            for (int i = 0; i < 2000; i++)
            {
                WorkerPool.Run(new Counting(calls), calls.Length);
                if (i % 100 == 0)
                {
                    Thread.Sleep(1); // lets the threads fall asleep, so that waking them is measured too
                }
            }
        }
    });

    [Fact]
    public void Nothing_is_kept_alive_after_a_run() => WithThreads(2, () =>
    {
        WeakReference weak = RunAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(weak.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference RunAndForget()
        {
            int[] calls = new int[4];
            WorkerPool.Run(new Counting(calls), calls.Length);
            return new WeakReference(calls);
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    [InlineData(100_000)]
    public void Numbers_of_threads_below_1_and_above_1024_are_refused(int threads)
    {
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Threads = threads);
        Assert.Contains("must be from 1 to 1024", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_refuses_a_negative_count_and_a_missing_body()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.For(-1, _ => { }));
        Assert.Throws<ArgumentNullException>(() => Parallelism.For(1, null!));
    }

    private readonly struct Naming(int[] threads) : IWork
    {
        public void Invoke(int index) => threads[index] = Environment.CurrentManagedThreadId;
    }

    private readonly struct Counting(int[] calls) : IWork
    {
        public void Invoke(int index) => Interlocked.Increment(ref calls[index]);
    }

    private readonly struct Adding(long[] sums, long value) : IWork
    {
        public void Invoke(int index) => sums[index] += value;
    }

    private readonly struct AddingTwice(long[] sums, long value) : IWork
    {
        public void Invoke(int index) => sums[index] += 2 * value;
    }
}
