using System.Diagnostics;
using Spectre.Console;

namespace Evenkeel.Cli.Shell;

/// <summary>A progress line, with a bar and a few words, that redraws itself on a terminal; it shows nothing elsewhere.</summary>
/// <remarks>
/// Each redraw starts at the beginning of the line and is a single write, so that neither the ^C that a terminal echoes
/// nor a sudden end leaves garbage.
/// </remarks>
internal sealed class LiveLine(Terminal terminal, bool isLive) : IDisposable
{
    private const int WidestBar = 40;
    private const string Restart = "\r\e[K";
    private const string Yellow = "\e[33m";
    private const string DefaultColor = "\e[39m";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _drawn;

    /// <summary>True if the output is a terminal that can redraw a line.</summary>
    public bool IsShown { get; } = isLive && terminal.IsLive && terminal.Console.Profile.Capabilities.Ansi;

    /// <summary>Redraws the line, unless it was redrawn within the last 100 ms.</summary>
    /// <param name="fraction">The completed fraction, from 0 to 1.</param>
    /// <param name="words">The text after the bar.</param>
    public void Show(double fraction, string words)
    {
        if (!IsShown || (_drawn != 0 && Stopwatch.GetElapsedTime(_drawn) < Interval))
        {
            return;
        }

        _drawn = Stopwatch.GetTimestamp();
        Profile profile = terminal.Console.Profile;

        // Leave room for the ^C that a terminal echoes: a full line would wrap. Drop a bar that is too short to be read.
        int room = Math.Max(0, profile.Width - 3);
        int bar = Math.Min(WidestBar, room - words.Length - 1);
        terminal.Output.Write(Restart + (bar < 4 ? words[..Math.Min(words.Length, room)] : Bar(profile, bar, fraction) + " " + words));
    }

    /// <summary>Clears the line, so that other text can be written there.</summary>
    public void Clear()
    {
        if (_drawn != 0)
        {
            terminal.Output.Write(Restart);
            _drawn = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private static string Bar(Profile profile, int width, double fraction)
    {
        int done = (int)(width * Math.Clamp(fraction, 0, 1));
        (char full, char empty) = profile.Capabilities.Unicode ? ('━', '─') : ('#', '.');
        string bar = new(full, done);
        return (profile.Capabilities.ColorSystem == ColorSystem.NoColors ? bar : Yellow + bar + DefaultColor)
            + new string(empty, width - done);
    }
}
