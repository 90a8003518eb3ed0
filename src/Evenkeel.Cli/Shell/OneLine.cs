using Evenkeel.Tables.Texts;

namespace Evenkeel.Cli.Shell;

/// <summary>Makes text from outside, such as file names and messages, fit for one line of a terminal.</summary>
internal static class OneLine
{
    /// <summary>The message of an exception, without the parameter name, which means nothing to users.</summary>
    public static string Of(ArgumentException e) => Of(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));

    /// <summary>The text with line breaks and control characters replaced by spaces, and other hidden characters made visible.</summary>
    public static string Of(string text) => Visible.Of(string.Join(
        ' ',
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '\n' : c))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}
