using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>Ends all ranks of a job, with one line, when one of them has ended, by itself or by a signal.</summary>
/// <remarks>
/// <para>
/// Each rank watches the processes of the other ranks on its host. When one ends before <see cref="Complete"/>, the lowest rank that is
/// left on the host reports it, and all end with exit code 1: when the launcher of the job asks them to, or else after two seconds.
/// </para>
/// <para>The end of a rank on another host is noticed by the launcher alone, which reports it and ends all ranks.</para>
/// </remarks>
public sealed partial class JobWatch : IDisposable
{
    private const int Terminate = 15; // SIGTERM
    private const int TerminatedCode = 128 + Terminate;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LauncherTime = TimeSpan.FromSeconds(2);

    // For a signal to reach all ranks of a host: none of them may take the end of another for the cause.
    private static readonly TimeSpan SignalTime = TimeSpan.FromMilliseconds(500);

    private readonly Communicator _communicator;
    private readonly Action<string> _report;
    private readonly string _advice;
    private readonly RankProcess _own;
    private readonly RankProcess[] _peers;
    private readonly PosixSignalRegistration? _signal;
    private int _state; // a State

    private JobWatch(Communicator communicator, RankProcess[] ranks, string advice, Action<string> report)
    {
        (_communicator, Ranks, _advice, _report) = (communicator, ranks, advice, report);
        _own = ranks[communicator.Rank];
        _peers = [.. ranks.Where(rank => rank.Namespace == _own.Namespace && rank.Process != _own.Process)];
        if (ranks.Length > 1)
        {
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate);
        }

        if (_peers.Length > 0)
        {
            // A launcher may leave a few milliseconds only, so that this is compiled, and the stream open, before.
            _ = Line([.. _peers.Select(peer => peer.Process)]);
            _ = Console.Error;
            new Thread(Watch) { IsBackground = true, Name = nameof(JobWatch) }.Start();
        }
    }

    /// <summary>What the job is about to end by.</summary>
    private enum State
    {
        /// <summary>It does not end.</summary>
        Running,

        /// <summary>The end of a rank, which is reported.</summary>
        RankEnded,

        /// <summary>A signal, or an error that has been reported.</summary>
        Terminated,

        /// <summary>The work, which is complete.</summary>
        Complete,
    }

    /// <summary>The processes of all ranks.</summary>
    public IReadOnlyList<RankProcess> Ranks { get; }

    /// <summary>Begins to watch.</summary>
    /// <param name="communicator">The ranks; all call this.</param>
    /// <param name="advice">A sentence at the end of the line that reports a rank, such as how to resume; empty for none.</param>
    /// <param name="report">Writes a line; by default to standard error, after "evenkeel: ". It may be called on another thread.</param>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public static JobWatch Start(Communicator communicator, string advice = "", Action<string>? report = null)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        ArgumentNullException.ThrowIfNull(advice);

        // Hosts can have one name, and a host several namespaces of processes.
        string space = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget + Boot() : "";
        string[] texts = communicator.AllGather(Invariant($"{Environment.ProcessId}\n{Environment.MachineName}\n{space}"));
        RankProcess[] ranks =
        [
            .. texts.Select(text => text.Split('\n')).Select((parts, rank) =>
                new RankProcess(rank, int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]) { Namespace = parts[1] + parts[2] }),
        ];
        return new JobWatch(communicator, ranks, advice, report ?? (line => Console.Error.WriteLine($"evenkeel: {line}")));
    }

    /// <summary>Waits until all ranks have done their work, and ceases to watch.</summary>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public void Complete()
    {
        _communicator.Barrier();
        Stop();
    }

    /// <summary>Reports an error of this rank, once for all ranks of a host that have one at the same time, and ends the job.</summary>
    /// <param name="problem">The error.</param>
    /// <param name="exitCode">The exit code, not 0.</param>
    [DoesNotReturn]
    public void End(string problem, int exitCode = 1)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfZero(exitCode);
        if (_peers.Any(peer => peer.Rank < _own.Rank))
        {
            // A lower rank with an error sends a signal meanwhile.
            Thread.Sleep(SignalTime);
        }

        if (TryEnter(State.Terminated))
        {
            Report(Ranks.Count == 1 ? problem : Invariant($"rank {_own.Rank} on {_own.Host}: {problem}"));
            foreach (RankProcess peer in _peers)
            {
                _ = OperatingSystem.IsWindows() ? 0 : Kill(peer.Process, Terminate);
            }

            ExitAfter(SignalTime, exitCode);
        }

        WaitForEnd();
    }

    /// <summary>Reports, at rank 0, that ranks differ, and ends the job.</summary>
    /// <param name="exception">What <see cref="JobCheck"/> threw, on all ranks.</param>
    /// <param name="exitCode">The exit code, not 0.</param>
    [DoesNotReturn]
    public void End(RankDifferenceException exception, int exitCode = 1)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentOutOfRangeException.ThrowIfZero(exitCode);
        if (TryEnter(State.Terminated))
        {
            if (_own.Rank == 0)
            {
                Report(exception.Message);
            }

            ExitAfter(_own.Rank == 0 ? SignalTime : LauncherTime, exitCode);
        }

        WaitForEnd();
    }

    /// <summary>Ends the job after an exchange that has failed, whose cause is reported once, by its rank if there is one.</summary>
    /// <param name="exception">What the exchange threw.</param>
    [DoesNotReturn]
    public void End(CommunicationException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        if (exception.EndedRank is not null && TryEnter(State.Terminated))
        {
            ExitAfter(LauncherTime, 1); // that rank reports why it left
        }

        // An exchange may fail before the end of another process is seen.
        Thread.Sleep(LauncherTime);
        End(exception.Message);
    }

    /// <summary>Ceases to watch.</summary>
    public void Dispose() => Stop();

    [DoesNotReturn]
    private static void ExitAfter(TimeSpan time, int code)
    {
        Thread.Sleep(time);
        if (!OperatingSystem.IsWindows())
        {
            // What runs at the exit of a process may wait for threads that never return from an exchange.
            ExitAtOnce(code);
        }

        Environment.Exit(code);
    }

    /// <summary>Waits for the thread that ends this process.</summary>
    [DoesNotReturn]
    private static void WaitForEnd()
    {
        while (true)
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private static string Boot() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    private void Watch()
    {
        using var processes = new ProcessWatch([.. _peers.Select(peer => peer.Process)]);
        while (Volatile.Read(ref _state) == (int)State.Running)
        {
            int[] ended = processes.Wait(Look);
            if (ended.Length > 0 && TryEnter(State.RankEnded))
            {
                if (Line(ended) is { } line)
                {
                    Report(line);
                }

                ExitAfter(LauncherTime, 1);
            }
        }
    }

    /// <summary>What this rank reports when processes have ended; null if a lower rank of this host is left to do it.</summary>
    private string? Line(int[] ended) =>
        Array.Exists(_peers, peer => peer.Rank < _own.Rank && !ended.Contains(peer.Process)) ? null
            : string.Join(", ", _peers.Where(peer => ended.Contains(peer.Process)))
                + $" {(ended.Length == 1 ? "has" : "have")} ended; the job ends. {_advice}".TrimEnd();

    private void OnTerminate(PosixSignalContext context)
    {
        // The signal may be the answer of the launcher to the end of a rank, which the other thread sees at about this time.
        context.Cancel = true;
        Thread.Sleep(2 * Look);
        if (TryEnter(State.Terminated))
        {
            ExitAfter(SignalTime, TerminatedCode);
        }

        switch ((State)Volatile.Read(ref _state))
        {
            case State.RankEnded:
                ExitAfter(SignalTime, 1);
                break;
            case State.Complete:
                context.Cancel = false;
                break;
        }
    }

    private bool TryEnter(State state) => Interlocked.CompareExchange(ref _state, (int)state, (int)State.Running) == (int)State.Running;

    private void Report(string line)
    {
        try
        {
            _report(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads; the exit code remains.
        }
    }

    private void Stop()
    {
        if (TryEnter(State.Complete))
        {
            _signal?.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int code);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
