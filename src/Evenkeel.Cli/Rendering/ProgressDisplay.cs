using System.Globalization;
using Evenkeel.Studies;
using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>Shows how far a study is: a bar with the time left to a person, plain lines on standard error otherwise.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work and shows its progress.</summary>
    public static T Show<T>(Terminal terminal, bool isLive, string name, Func<IProgress<StudyProgress>, T> work) =>
        isLive ? ShowLive(terminal.Console, name, work) : work(new PlainLines(terminal.Error, name));

    /// <summary>A length of time in the unit that suits it.</summary>
    public static string Describe(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:F0} min");

    private static T ShowLive<T>(IAnsiConsole console, string name, Func<IProgress<StudyProgress>, T> work) =>
        console.Progress()
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(name));
                return work(new Bar(task, name));
            });

    private sealed class Bar(ProgressTask task, string name) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            string left = value.Left is { } time && value.Done < value.Total ? $", {Describe(time)} left" : "";
            task.Description = Markup.Escape($"{name}: {value.Done} of {value.Total} networks{left}");
        }
    }

    /// <summary>A line at each tenth of the work.</summary>
    private sealed class PlainLines(TextWriter writer, string name) : IProgress<StudyProgress>
    {
        private readonly Lock _lock = new();
        private int _tenths;

        public void Report(StudyProgress value)
        {
            lock (_lock)
            {
                int tenths = value.Done * 10 / value.Total;
                if (tenths <= _tenths)
                {
                    return;
                }

                _tenths = tenths;
                string left = value.Left is { } time && value.Done < value.Total ? $", {Describe(time)} left" : "";
                writer.WriteLine($"{name}: {value.Done} of {value.Total} networks, {Describe(value.Elapsed)}{left}");
            }
        }
    }
}
