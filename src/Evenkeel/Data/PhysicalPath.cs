using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Data;

/// <summary>Paths as the system understands them: in <c>link/..</c>, the folder above that to which the link leads.</summary>
/// <remarks>.NET removes <c>..</c> and the name before it from the text of a path, before any link is followed.</remarks>
internal static partial class PhysicalPath
{
    private const int MaxLength = 4096; // PATH_MAX

    /// <summary>Returns the full path, with the links of its folder followed; a link at its end stays.</summary>
    public static string Of(string path)
    {
        int slash = path.LastIndexOf('/');
        if (OperatingSystem.IsWindows() || slash < 0)
        {
            return Path.GetFullPath(path);
        }

        string name = path[(slash + 1)..];
        return name is "" or "." or ".." ? Resolve(path) ?? Path.GetFullPath(path)
            : Resolve(path[..(slash + 1)]) is { } folder ? Path.Join(folder, name)
            : Path.GetFullPath(path);
    }

    /// <summary>The path with all links followed; null if there is no such folder, or it cannot be told.</summary>
    private static string? Resolve(string path)
    {
        Span<byte> resolved = stackalloc byte[MaxLength];
        try
        {
            return realpath(path, resolved) == 0 ? null : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, Span<byte> resolved);
}
