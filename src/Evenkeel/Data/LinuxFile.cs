using System.Runtime.InteropServices;

namespace Evenkeel.Data;

/// <summary>What Linux knows of a file and .NET does not tell: its type, owner and group.</summary>
/// <param name="Mode">The type and the permissions, as <c>st_mode</c>.</param>
/// <param name="Owner">The number of the owner.</param>
/// <param name="Group">The number of the group.</param>
/// <param name="Device">The number of the file system.</param>
/// <param name="Inode">The number of the file in it.</param>
internal readonly partial record struct LinuxFile(int Mode, uint Owner, uint Group, ulong Device, ulong Inode)
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint Wanted = 0x1 | 0x2 | 0x8 | 0x10 | 0x100; // STATX_TYPE, STATX_MODE, STATX_UID, STATX_GID, STATX_INO
    private const int StatusLength = 256;

    /// <summary>Whether it is a regular file, not a device, a pipe or a socket.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>Returns the status of a file, with links followed; null if there is none, or it cannot be told.</summary>
    public static LinuxFile? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> status = stackalloc byte[StatusLength];
        try
        {
            // The layout of struct statx is the same for all processors.
            return statx(CurrentFolder, path, 0, Wanted, status) == 0
                ? new LinuxFile(
                    MemoryMarshal.Read<ushort>(status[28..]),
                    MemoryMarshal.Read<uint>(status[20..]),
                    MemoryMarshal.Read<uint>(status[24..]),
                    MemoryMarshal.Read<ulong>(status[136..]), // its two halves, major and minor
                    MemoryMarshal.Read<ulong>(status[32..]))
                : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null; // a C library without statx
        }
    }

    /// <summary>Whether both are the same file, under whatever names.</summary>
    public bool IsSameFile(LinuxFile other) => (Device, Inode) == (other.Device, other.Inode);

    /// <summary>Gives a file to this owner and group, if that is allowed.</summary>
    public void TryGive(string path)
    {
        try
        {
            _ = chown(path, Owner, Group);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);
}
