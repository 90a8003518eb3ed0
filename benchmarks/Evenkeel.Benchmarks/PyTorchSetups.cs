using System.Globalization;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>
/// The PyTorch setups that may be fastest for a number of threads; times a call against the fastest of them.
/// </summary>
/// <remarks>
/// Which is best differs from network to network: OpenBLAS in PyTorch's own threads or on one, with the kernels that it detects or
/// those for AVX-512. Ours and theirs take turns of some calls; the ratio is the median of the rounds'.
/// </remarks>
internal sealed class PyTorchSetups : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

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
            .. threads == 1
                ? []
                : new[] { new PyTorch("BLAS on 1 thread", "--threads", count, "--blas", "pthread", "--core-type", "SKYLAKEX") },
        ];
    }

    public IEnumerable<string> Descriptions => _setups.Select(setup => setup.Description);

    /// <summary>Times ours beside the fastest of their calls in the fastest of their setups, or in a given one.</summary>
    public Comparison Compare(Action ours, IReadOnlyList<string> calls, string? setup = null)
    {
        (PyTorch peer, string call, _) = _setups
            .Where(s => setup is null || s.Name == setup)
            .SelectMany(s => calls.Select(c => (s, c, WarmSeconds(s, c))))
            .MinBy(trial => trial.Item3);
        int threads = Parallelism.Threads;
        Parallelism.Threads = _threads;
        Rival own = Rival.Of(ours), theirs = peer.Rival(call);
        Rounds rounds = Rounds.Take(9, Turn, WarmUp, own, theirs);
        Parallelism.Threads = threads;
        return new Comparison(rounds.Seconds(own), rounds.Seconds(theirs), rounds.Ratio(theirs, own).Median, peer.Name, call);
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

    /// <summary>What a call of ours and one of theirs take, in seconds; the median of the rounds' ratios; what theirs was.</summary>
    internal sealed record Comparison(double Ours, double Theirs, double Ratio, string Setup, string Call);
}
