using System.Runtime.InteropServices;
using Evenkeel.Data;

namespace Evenkeel.Cli.Shell;

/// <summary>
/// Turns the first Ctrl-C, SIGTERM, SIGHUP or SIGQUIT into a cancellation request. A second one ends the process at once; after the first
/// one it ends after some seconds, as when the command waits for a pipe to be opened.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _source = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Handle),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _ended.Set();
        Array.ForEach(_signals, signal => signal.Dispose());
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        if (context.Cancel)
        {
            new Thread(EndIfStuck) { IsBackground = true }.Start();
        }

        _source.Cancel();
    }

    private void EndIfStuck()
    {
        if (!_ended.Wait(Patience))
        {
            AtomicFile.DeleteTemporaries();
            Console.Error.WriteLine("evenkeel: interrupted.");
            Environment.Exit(ExitCode.Failure);
        }
    }
}
