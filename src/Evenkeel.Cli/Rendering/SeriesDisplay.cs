using Evenkeel.Cli.Shell;
using Evenkeel.Studies.AllStudies;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows the progress of a series of studies: a bar on a terminal, plain lines on standard error otherwise.</summary>
internal sealed class SeriesDisplay : IProgress<SeriesProgress>, IDisposable
{
    private readonly TextWriter _error;
    private readonly LiveLine _line;
    private (int Study, int Tenths) _reported;

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

        // One line at the start of each study and at each tenth of it.
        (int, int) now = (value.Number, value.Current.Done * 10 / value.Current.Total);
        if (now != _reported)
        {
            _reported = now;
            _error.WriteLine(Describe(value));
        }
    }

    /// <summary>Writes a line that is not redrawn.</summary>
    public void Tell(string text)
    {
        _line.Clear();
        _error.WriteLine(OneLine.Of(text));
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    // The series first, which can still be read where a terminal is too narrow for everything.
    private static string Describe(SeriesProgress progress) =>
        Invariant($"study {progress.Number} of {progress.Count}, {Math.Floor(100 * progress.Done)} %")
        + (progress.Left is { } left ? $", {Duration.Describe(left)} left" : "")
        + $"; {progress.Study.Name}: {StudyDisplay.Describe(progress.Study, progress.Current)}";
}
