using Spectre.Console;

namespace Evenkeel.Cli.Shell;

/// <summary>The streams of a command: results go to standard output, everything else to standard error.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsLive">True if standard output is a terminal, where progress can be redrawn.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool IsLive)
{
    /// <summary>The console for progress; in color only on a terminal, and if <c>NO_COLOR</c> is not set.</summary>
    public IAnsiConsole Console { get; } = CreateConsole(Output, IsLive);

    /// <summary>The number of columns for help: those of the terminal, but between 40 and 80.</summary>
    public int HelpWidth => Math.Clamp(Console.Profile.Width, 40, 80);

    /// <summary>The number of columns for a table; null for a file or pipe, which has no width.</summary>
    /// <param name="writer">Where the table is written.</param>
    public int? WidthOf(TextWriter writer) => IsLive && writer == Output ? Console.Profile.Width : null;

    /// <summary>The text in green, where colors are shown.</summary>
    public string Green(string text) =>
        Console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors ? text : $"\e[32m{text}\e[39m";

    /// <summary>The character of a horizontal line.</summary>
    public char Line => Console.Profile.Capabilities.Unicode ? '─' : '-';

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
            // Help looks the same in every file and pipe.
            console.Profile.Width = 80;
        }

        return console;
    }
}
