using Evenkeel.Studies;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows how far a study is: a bar with the time left to a person, plain lines on standard error otherwise.</summary>
internal static class StudyDisplay
{
    /// <summary>Does the work and shows its progress.</summary>
    public static T Show<T>(Terminal terminal, bool isLive, string name, Func<IProgress<StudyProgress>, T> work)
    {
        using var line = new LiveLine(terminal, isLive);
        line.Show(0, "starting");
        return work(line.IsShown ? new Bar(line) : new PlainLines(terminal.Error, name));
    }

    private static string Describe(StudyProgress progress) =>
        $"{progress.Done} of {progress.Total} networks"
        + (progress.Left is { } left && progress.Done < progress.Total ? $", {Duration.Describe(left)} left" : "");

    private sealed class Bar(LiveLine line) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => line.Show((double)value.Done / value.Total, Describe(value));
    }

    /// <summary>A line at each tenth of the work.</summary>
    private sealed class PlainLines(TextWriter writer, string name) : IProgress<StudyProgress>
    {
        private int _tenths;

        public void Report(StudyProgress value)
        {
            int tenths = value.Done * 10 / value.Total;
            if (tenths > _tenths)
            {
                _tenths = tenths;
                writer.WriteLine($"{name}: {Describe(value)}");
            }
        }
    }
}
