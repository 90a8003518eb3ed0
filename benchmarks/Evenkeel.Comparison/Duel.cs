using Evenkeel.Comparison.Cases;

namespace Evenkeel.Comparison;

/// <summary>Two workers, one of each build, that take turns: a machine whose speed drifts treats both alike.</summary>
/// <remarks>
/// Every round has a turn of each, in an order that alternates (ABBA), and ratios are taken within a round. A turn begins with untimed
/// calls, which bring the worker's data back into the caches and wake its threads.
/// </remarks>
internal sealed class Duel(string baseAssembly, string headAssembly) : IDisposable
{
    /// <summary>The least time of a turn, in nanoseconds.</summary>
    private const double Turn = 5e6;

    /// <summary>Calls that take longer, in nanoseconds, need no untimed ones.</summary>
    private const double LongCall = 2e7;

    /// <summary>The time for which threads of the other worker may still spin for work.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly WorkerProcess _base = new(baseAssembly);
    private readonly WorkerProcess _head = new(headAssembly);

    /// <summary>Times a case in both builds.</summary>
    public Measurement Measure(Case subject, int threads, int rounds)
    {
        _base.SendPrepare(threads, subject.Id);
        _head.SendPrepare(threads, subject.Id);
        double shortest = Math.Min(_base.ReceiveTime(), _head.ReceiveTime());

        // The workers prepared side by side, which slows them down: a round that is not counted takes the time of a call alone.
        (double first, double second) = Round(_base, _head, shortest);
        shortest = Math.Min(first, second);

        var times = new (double Base, double Head)[rounds];
        for (int i = 0; i < rounds; i++)
        {
            if (i % 2 == 0)
            {
                times[i] = Round(_base, _head, shortest);
            }
            else
            {
                (times[i].Head, times[i].Base) = Round(_head, _base, shortest);
            }
        }

        return new Measurement(subject, threads, times);
    }

    public void Dispose()
    {
        _base.Dispose();
        _head.Dispose();
    }

    private static (double First, double Second) Round(WorkerProcess first, WorkerProcess second, double nanoseconds)
    {
        int timed = Math.Max(1, (int)Math.Ceiling(Turn / nanoseconds));
        int untimed = nanoseconds > LongCall ? 0 : Math.Max(1, timed / 4);
        return (TakeTurn(first), TakeTurn(second));

        double TakeTurn(WorkerProcess worker)
        {
            Thread.Sleep(Pause);
            return worker.Run(untimed, timed);
        }
    }
}
