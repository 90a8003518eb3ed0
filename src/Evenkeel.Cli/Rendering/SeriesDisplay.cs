using Evenkeel.Cli.Shell;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows how far a series of studies is: a bar with the time left to a person, plain lines on standard error otherwise.</summary>
internal sealed class SeriesDisplay : IProgress<SeriesProgress>, IDisposable
{
    private readonly TextWriter _error;
    private readonly LiveLine _line;
    private (int Study, int Tenths) _told;

    public SeriesDisplay(Terminal terminal, bool isLive)
    {
        _error = terminal.Error;
        _line = new LiveLine(terminal, isLive);
        _line.Show(0, "starting");
    }

    /// <inheritdoc/>
    public void Report(SeriesProgress value)
    {
        if (_line.IsShown)
        {
            _line.Show(value.Done, Describe(value));
            return;
        }

        // A line as each study begins, and at each tenth of it.
        (int, int) now = (value.Number, value.Current.Done * 10 / value.Current.Total);
        if (now != _told)
        {
            _told = now;
            _error.WriteLine(Describe(value));
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Tell(string text)
    {
        _line.Clear();
        _error.WriteLine(OneLine.Of(text));
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    // Of all first: where a terminal is too narrow for everything, this can still be read.
    private static string Describe(SeriesProgress progress) =>
        FormattableString.Invariant($"study {progress.Number} of {progress.Count}, {Math.Floor(100 * progress.Done)} %")
        + (progress.Left is { } left ? $", {Duration.Describe(left)} left" : "")
        + $"; {progress.Study.Name}: {StudyDisplay.Describe(progress.Study, progress.Current)}";
}
