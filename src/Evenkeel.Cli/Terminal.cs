using Spectre.Console;

namespace Evenkeel.Cli;

/// <summary>Where the command writes: results to the output, all else to the error stream.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsLive">Whether a person watches the output, so that progress may redraw itself.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool IsLive)
{
    /// <summary>The output for tables and progress; in colours only where a person watches and <c>NO_COLOR</c> is not set.</summary>
    public IAnsiConsole Console { get; } = CreateConsole(Output, IsLive);

    private static IAnsiConsole CreateConsole(TextWriter output, bool isLive)
    {
        bool colors = isLive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isLive)
        {
            // Nobody wraps lines in a file.
            console.Profile.Width = 120;
        }

        return console;
    }
}
