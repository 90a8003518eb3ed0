using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Data;

/// <summary>The lock that .NET takes on open files on Unix, <c>flock</c>.</summary>
internal static partial class FileLock
{
    private const int Shared = 1; // LOCK_SH
    private const int WithoutWaiting = 4; // LOCK_NB

    /// <summary>Turns the exclusive lock of <see cref="FileShare.None"/> into a shared one, if the file system can.</summary>
    public static void Share(SafeFileHandle file)
    {
        try
        {
            _ = flock(file, Shared | WithoutWaiting);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Others cannot open the file until it is closed.
        }
    }

    [LibraryImport("libc")]
    private static partial int flock(SafeFileHandle file, int operation);
}
