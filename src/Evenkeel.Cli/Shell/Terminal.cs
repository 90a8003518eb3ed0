using Spectre.Console;

namespace Evenkeel.Cli.Shell;

/// <summary>Where the command writes: results to the output, all else to the error stream.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsLive">Whether a person watches the output, so that progress may redraw itself.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool IsLive)
{
    /// <summary>The output for tables and progress; in colours only where a person watches and <c>NO_COLOR</c> is not set.</summary>
    public IAnsiConsole Console { get; } = CreateConsole(Output, IsLive);

    /// <summary>How many columns help may take: what can be read well, and no more than there are.</summary>
    public int HelpWidth => Math.Clamp(Console.Profile.Width, 40, 80);

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
            // The same table wherever it goes.
            console.Profile.Width = 80;
        }

        return console;
    }
}
