using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Support;

/// <summary>Replicas that run side by side, each on a thread of its own, and exchange statistics in memory.</summary>
internal sealed class Replicas(int count)
{
    private readonly Moments[][] _moments = new Moments[count][];
    private readonly GradientSums[][] _sums = new GradientSums[count][];
    private Barrier? _barrier;

    /// <summary>How often the first replica exchanged anything.</summary>
    public int Exchanges { get; private set; }

    /// <summary>The link of a replica to the others.</summary>
    public IStatisticsExchange Link(int replica) => new Exchange(this, replica);

    /// <summary>Runs all replicas to their end, and throws what one of them threw.</summary>
    public void Run(Action<int> action)
    {
        var failures = new Exception?[count];
        using var barrier = new Barrier(count);
        _barrier = barrier;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(replica => new Thread(() =>
        {
            failures[replica] = Record.Exception(() => action(replica));
            barrier.RemoveParticipant(); // so that no other waits for what is over
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } failure)
        {
            throw failure;
        }
    }

    private void All<T>(T[][] slots, int replica, Span<T> values, Func<T, T, T> add)
    {
        Exchanges += replica == 0 ? 1 : 0;
        slots[replica] = values.ToArray();
        _barrier!.SignalAndWait();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = slots.Select(slot => slot[i]).Aggregate(add);
        }

        _barrier!.SignalAndWait();
    }

    private sealed class Exchange(Replicas replicas, int replica) : IStatisticsExchange
    {
        public void Merge(Span<Moments> moments) => replicas.All(replicas._moments, replica, moments, (a, b) => Moments.Merge(a, b));

        public void Sum(Span<GradientSums> sums) => replicas.All(replicas._sums, replica, sums, (a, b) => a + b);
    }
}
