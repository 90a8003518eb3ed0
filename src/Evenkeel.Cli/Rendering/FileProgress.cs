using System.Diagnostics;
using Evenkeel.Cli.Shell;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows the progress of reading files on a terminal: a bar with bytes, speed and the time left.</summary>
internal sealed class FileProgress(Terminal terminal, bool isLive, Func<long> position, long? total) : IDisposable
{
    private readonly LiveLine _line = new(terminal, isLive);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Creates a progress of reading one table.</summary>
    public FileProgress(Terminal terminal, bool isLive, TableReader input)
        : this(terminal, isLive, () => input.Position, input.Length)
    {
    }

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Shows the progress.</summary>
    public void Show()
    {
        double seconds = Elapsed.TotalSeconds;
        if (!_line.IsShown || seconds == 0)
        {
            return;
        }

        long read = position();
        string speed = ByteCount.Describe(read / seconds) + "/s";
        if (total is not { } length)
        {
            _line.Show(0, $"{ByteCount.Describe(read)}, {speed}");
            return;
        }

        // A file may grow while it is read.
        double done = Math.Min((double)read / length, 1);
        string left = Duration.Describe(TimeSpan.FromSeconds(Math.Min(seconds * (1 / done - 1), TimeSpan.MaxValue.TotalSeconds / 2)));
        _line.Show(done, $"{ByteCount.Describe(read)} of {ByteCount.Describe(length)}, {speed}, {left} left");
    }

    public void Dispose() => _line.Dispose();
}
