using Evenkeel.Cli.Shell;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows the progress of a study: a bar on a terminal, plain lines on standard error otherwise.</summary>
internal static class StudyDisplay
{
    /// <summary>Runs the work and shows its progress.</summary>
    public static T Show<T>(Terminal terminal, bool isLive, Study study, Func<IProgress<StudyProgress>, T> work)
    {
        using var line = new LiveLine(terminal, isLive);
        line.Show(0, "starting");
        return work(line.IsShown ? new Bar(line, study) : new PlainLines(terminal.Error, study));
    }

    /// <summary>The progress of a study, in words.</summary>
    public static string Describe(Study study, StudyProgress progress) =>
        $"{progress.Done} of {progress.Total} {study.RunsName}"
        + (progress.Left is { } left && progress.Done < progress.Total ? $", {Duration.Describe(left)} left" : "");

    private sealed class Bar(LiveLine line, Study study) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => line.Show((double)value.Done / value.Total, Describe(study, value));
    }

    /// <summary>Writes a line at each tenth of the work.</summary>
    private sealed class PlainLines(TextWriter writer, Study study) : IProgress<StudyProgress>
    {
        private int _tenths;

        public void Report(StudyProgress value)
        {
            int tenths = value.Done * 10 / value.Total;
            if (tenths > _tenths)
            {
                _tenths = tenths;
                writer.WriteLine($"{study.Name}: {Describe(study, value)}");
            }
        }
    }
}
