namespace Evenkeel.Cli.Shell;

/// <summary>Text that comes from elsewhere (names of files, messages), made fit for one line of a terminal.</summary>
internal static class OneLine
{
    /// <summary>What an error says, without the name of a parameter that the user does not know.</summary>
    public static string Of(ArgumentException e) => Of(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));

    /// <summary>The text on one line, without line ends and escape sequences.</summary>
    public static string Of(string text) => string.Join(
        ' ',
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '\n' : c))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
