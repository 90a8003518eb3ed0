using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Cli.Shell;

/// <summary>Standard output, to a file or another program, that notices when its reader has gone, and says what failed when it cannot be written.</summary>
internal sealed class StandardOutput : TextWriter
{
    // EPIPE, on Linux and macOS.
    private const int BrokenPipe = 32;

    private readonly TextWriter _inner = Open();

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>Whether an error says that nobody reads the output any more.</summary>
    public static bool IsBrokenPipe(IOException e) => !OperatingSystem.IsWindows() && e.HResult == BrokenPipe;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        try
        {
            _inner.Write(value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException("cannot write to standard output: " + e.Message, e.HResult);
        }
    }

    private static TextWriter Open()
    {
        // The console's own writer passes over a broken pipe in silence, and the work would go on for nobody.
        if (OperatingSystem.IsWindows())
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
            // Standard output is closed; the first write will say so.
            return Console.Out;
        }
    }
}
