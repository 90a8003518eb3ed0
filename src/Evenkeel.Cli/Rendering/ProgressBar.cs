using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>One line that redraws itself for a person: a bar, and what stands behind it. It is gone once the work is done.</summary>
internal static class ProgressBar
{
    private const int Widest = 40;
    private const int Narrowest = 10;

    /// <summary>How many columns the words behind the bar may need.</summary>
    private const int Words = 42;

    /// <summary>Does the work, which gets the means to move the bar: done, total and words.</summary>
    public static T Show<T>(IAnsiConsole console, Func<Action<double, double, string>, T> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn { Width = Math.Clamp(console.Profile.Width - Words, Narrowest, Widest) },
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting");
                return work((done, total, words) =>
                {
                    task.MaxValue = total;
                    task.Value = done;
                    task.Description = Markup.Escape(words);
                });
            });
}
