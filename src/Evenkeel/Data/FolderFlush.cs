using System.Runtime.InteropServices;

namespace Evenkeel.Data;

/// <summary>Writes the entries of a folder to the disk, so that a file renamed in it has its new name after a power failure too.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0x80000; // O_RDONLY, O_CLOEXEC

    /// <summary>Flushes a folder's entries; does nothing except on Linux.</summary>
    public static void ToDisk(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            int descriptor = open(folder, ReadOnly);
            if (descriptor >= 0)
            {
                _ = fsync(descriptor);
                _ = close(descriptor);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
