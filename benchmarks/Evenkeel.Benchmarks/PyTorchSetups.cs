using System.Diagnostics;
using System.Globalization;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>PyTorch set up in all the ways that could be its fastest for so many threads, and a call timed beside the best of them.</summary>
/// <remarks>
/// Which is best differs from network to network: OpenBLAS in PyTorch's own threads or on one, with the kernels that it detects or
/// those for AVX-512. Ours and theirs take turns of some calls; the ratio is the median of the rounds'.
/// </remarks>
internal sealed class PyTorchSetups : IDisposable
{
    private const int Rounds = 9;
    private const double Turn = 0.05;

    /// <summary>Until the runtime has compiled the code at its best.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly int _threads;
    private readonly PyTorch[] _setups;

    public PyTorchSetups(int threads)
    {
        _threads = threads;
        string count = threads.ToString(CultureInfo.InvariantCulture);
        _setups =
        [
            new PyTorch("detected", "--threads", count, "--blas-threads", count),
            new PyTorch("AVX-512", "--threads", count, "--blas-threads", count, "--core-type", "SKYLAKEX"),
            .. threads == 1 ? [] : new[] { new PyTorch("BLAS on 1 thread", "--threads", count, "--blas", "pthread", "--core-type", "SKYLAKEX") },
        ];
    }

    public IEnumerable<string> Descriptions => _setups.Select(setup => setup.Description);

    /// <summary>Times ours beside the fastest of their calls in the fastest of their setups, or in a given one.</summary>
    public Comparison Compare(Action ours, IReadOnlyList<string> calls, string? setup = null)
    {
        (PyTorch peer, string call, double estimate) = _setups
            .Where(s => setup is null || s.Name == setup)
            .SelectMany(s => calls.Select(c => (s, c, WarmSeconds(s, c))))
            .MinBy(trial => trial.Item3);
        int turn = Math.Clamp((int)(Turn / estimate), 1, 100);
        int threads = Parallelism.Threads;
        Parallelism.Threads = _threads;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            ours();
        }

        var times = new List<(double Ours, double Theirs)>();
        for (int round = -1; round < Rounds; round++)
        {
            // Threads of the other go on looking for work for a moment, and own threads have to wake.
            Thread.Sleep(Pause);
            ours();
            double own = Seconds(ours, turn);
            Thread.Sleep(Pause);
            peer.Seconds(call, 1);
            (double, double) seconds = (own, peer.Seconds(call, turn));
            if (round >= 0)
            {
                times.Add(seconds);
            }
        }

        Parallelism.Threads = threads;
        return new Comparison(
            Median(times.Select(t => t.Ours)), Median(times.Select(t => t.Theirs)), Median(times.Select(t => t.Theirs / t.Ours)), peer.Name, call);
    }

    public void Dispose()
    {
        foreach (PyTorch setup in _setups)
        {
            setup.Dispose();
        }
    }

    private static double WarmSeconds(PyTorch setup, string call)
    {
        setup.Seconds(call, 3);
        return setup.Seconds(call, 3);
    }

    private static double Seconds(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>What a call of ours and one of theirs take, in seconds; the median of the rounds' ratios; what theirs was.</summary>
    internal sealed record Comparison(double Ours, double Theirs, double Ratio, string Setup, string Call);
}
