using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Cli.Shell;

/// <summary>Standard output redirected to a file or program: a broken pipe is an error, and errors name standard output.</summary>
internal sealed class StandardOutput : TextWriter
{
    // EPIPE, on Linux and macOS.
    private const int BrokenPipe = 32;

    private readonly TextWriter _inner = Open();
    private bool _isChecked;

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>True if the reader of the output has gone.</summary>
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
            if (!_isChecked)
            {
                StandardStream.CheckOpen(StandardStream.Output);
                _isChecked = true;
            }

            _inner.Write(value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException("cannot write to standard output: " + e.Message, e.HResult);
        }
    }

    private static TextWriter Open()
    {
        // Console.Out ignores a broken pipe, so that the work would continue without a reader.
        if (OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(StandardStream.Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);

            // Standard error may go to the same file: Console.Out appends to it.
            return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Standard output is closed; the first write reports it.
            return Console.Out;
        }
    }
}
