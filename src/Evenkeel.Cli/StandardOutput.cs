using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Cli;

/// <summary>Standard output that notices when its reader has gone.</summary>
internal static class StandardOutput
{
    // EPIPE, on Linux and macOS.
    private const int BrokenPipe = 32;

    /// <summary>Opens standard output.</summary>
    public static TextWriter Open()
    {
        // The console's own writer passes over a broken pipe in silence, and the work would go on for nobody.
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

            // A file may be shared with standard error, and is better written by the console's writer, which appends.
            return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Standard output is closed.
            return Console.Out;
        }
    }

    /// <summary>Whether an error says that nobody reads the output any more.</summary>
    public static bool IsBrokenPipe(IOException e) => !OperatingSystem.IsWindows() && e.HResult == BrokenPipe;
}
