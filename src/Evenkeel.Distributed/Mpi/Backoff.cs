using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Evenkeel.Distributed;

/// <summary>Pauses between two looks at a request: none at first, then short ones that leave the core to others.</summary>
/// <remarks>MPI libraries spin in calls that block, and so take half of a core from a thread of this process or of another rank.</remarks>
internal partial struct Backoff()
{
    private const int Spins = 64;
    private const uint PauseMicroseconds = 50;

    private static readonly TimeSpan Yielding = TimeSpan.FromMilliseconds(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private int _looks;

    /// <summary>Pauses; returns false as long as no time was given to others.</summary>
    public bool Next()
    {
        if (++_looks <= Spins)
        {
            return false;
        }

        if (Stopwatch.GetElapsedTime(_start) < Yielding)
        {
            Thread.Yield();
        }
        else if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(0);
        }
        else
        {
            // Thread.Sleep knows whole milliseconds only.
            _ = Sleep(PauseMicroseconds);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
