using System.Diagnostics;
using Spectre.Console;

namespace Evenkeel.Cli.Shell;

/// <summary>One line that redraws itself where a person watches: a bar and a few words; elsewhere, nothing.</summary>
/// <remarks>
/// Each redraw starts at the line's beginning and is one write, so that neither the ^C that a terminal shows nor an
/// end at any moment leaves disorder.
/// </remarks>
internal sealed class LiveLine(Terminal terminal, bool isLive) : IDisposable
{
    private const int WidestBar = 40;
    private const string Restart = "\r\e[K";
    private const string Yellow = "\e[33m";
    private const string DefaultColor = "\e[39m";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _drawn;

    /// <summary>Whether there is somebody to show it to, on a terminal that can redraw.</summary>
    public bool IsShown { get; } = isLive && terminal.IsLive && terminal.Console.Profile.Capabilities.Ansi;

    /// <summary>Redraws the line, unless it was redrawn a moment ago.</summary>
    /// <param name="fraction">How much is done, from 0 to 1.</param>
    /// <param name="words">What to say behind the bar.</param>
    public void Show(double fraction, string words)
    {
        if (!IsShown || (_drawn != 0 && Stopwatch.GetElapsedTime(_drawn) < Interval))
        {
            return;
        }

        _drawn = Stopwatch.GetTimestamp();
        Profile profile = terminal.Console.Profile;

        // Room for the ^C that a terminal shows: a full line would wrap. Of a bar that is too short nothing can be read.
        int room = Math.Max(0, profile.Width - 3);
        int bar = Math.Min(WidestBar, room - words.Length - 1);
        terminal.Output.Write(Restart + (bar < 4 ? words[..Math.Min(words.Length, room)] : Bar(profile, bar, fraction) + " " + words));
    }

    /// <summary>Empties the line, so that something else can be written there.</summary>
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
