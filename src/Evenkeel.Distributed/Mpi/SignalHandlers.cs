using System.Runtime.InteropServices;

namespace Evenkeel.Distributed;

/// <summary>
/// Handlers of signals of the .NET runtime, which makes exceptions of faults and stops on requests; some MPI libraries, and those that they
/// load, install their own.
/// </summary>
internal sealed unsafe partial class SignalHandlers
{
    // At least the size of the structure sigaction on Linux (152 bytes) and macOS (16).
    private const int Bytes = 512;

    // SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS on Linux or SIGEMT, SIGFPE, SIGBUS on macOS, SIGSEGV, SIGTERM; SIGCHLD follows.
    private static readonly int[] Signals =
        OperatingSystem.IsMacOS() ? [2, 3, 4, 5, 6, 8, 10, 11, 15, 20] : [2, 3, 4, 5, 6, 7, 8, 11, 15, 17];

    private readonly byte[][] _handlers = new byte[Signals.Length][];

    private SignalHandlers()
    {
        for (int i = 0; i < Signals.Length; i++)
        {
            _handlers[i] = new byte[Bytes];
            fixed (byte* handler = _handlers[i])
            {
                if (SetHandler(Signals[i], null, handler) != 0)
                {
                    _handlers[i] = [];
                }
            }
        }
    }

    /// <summary>Keeps the handlers as they are now.</summary>
    public static SignalHandlers? Keep() => OperatingSystem.IsWindows() ? null : new SignalHandlers();

    /// <summary>Installs the handlers that were kept.</summary>
    public void Restore()
    {
        for (int i = 0; i < Signals.Length; i++)
        {
            fixed (byte* handler = _handlers[i])
            {
                if (handler != null)
                {
                    _ = SetHandler(Signals[i], handler, null);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SetHandler(int signal, byte* handler, byte* previous);
}
