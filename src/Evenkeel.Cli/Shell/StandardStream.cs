using System.Globalization;

namespace Evenkeel.Cli.Shell;

/// <summary>Tells whether standard input or output was closed when the command was started.</summary>
/// <remarks>
/// The runtime opens files and pipes of its own before the command begins, and the system gives them the numbers that are free: what was
/// written to standard output would go to the runtime itself, and reading standard input would wait for ever.
/// </remarks>
internal static class StandardStream
{
    public const int Input = 0;
    public const int Output = 1;

    private const string Descriptors = "/proc/self/fd";
    private const int AccessMode = 3; // O_ACCMODE
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;

    /// <summary>Throws if standard input or output was closed.</summary>
    /// <exception cref="IOException">It was closed.</exception>
    public static void CheckOpen(int descriptor)
    {
        if (IsClosed(descriptor))
        {
            throw new IOException(descriptor == Input ? "standard input is closed." : "standard output is closed");
        }
    }

    private static bool IsClosed(int descriptor)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Descriptors))
        {
            return false;
        }

        string own = descriptor.ToString(CultureInfo.InvariantCulture);
        string? target = TargetOf(own);
        if (target is null || target.StartsWith("anon_inode:", StringComparison.Ordinal)
            || target.StartsWith("/memfd:", StringComparison.Ordinal))
        {
            return true;
        }

        int otherEnd = descriptor == Input ? WriteOnly : ReadOnly;
        return target.StartsWith("pipe:", StringComparison.Ordinal)
            && Directory.GetFileSystemEntries(Descriptors).Select(entry => Path.GetFileName(entry))
                .Any(number => TargetOf(number) == target && AccessOf(number) == otherEnd);
    }

    private static string? TargetOf(string number)
    {
        try
        {
            return new FileInfo($"{Descriptors}/{number}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // closed in the meantime
        }
    }

    /// <summary>Whether a descriptor is open for reading, writing or both, as <c>O_ACCMODE</c> has it; −1 if it is closed.</summary>
    private static int AccessOf(string number)
    {
        try
        {
            string flags = File.ReadLines($"/proc/self/fdinfo/{number}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & AccessMode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return -1;
        }
    }
}
