using System.CommandLine;

namespace Evenkeel.Cli.Help;

/// <summary>Prints the help of a command: description, usage, options, examples and exit codes.</summary>
/// <param name="writer">The writer to print to.</param>
/// <param name="width">The number of columns to use at most.</param>
internal sealed class HelpPage(TextWriter writer, int width)
{
    private const int Indent = 2;
    private const int LongestLabel = 22;

    /// <summary>Writes the help of a command.</summary>
    public void Write(DocumentedCommand command)
    {
        WriteWrapped(command.Description!, indent: 0);
        writer.WriteLine();
        writer.WriteLine("Usage: " + Usage(command));
        List<(string Title, (string Label, string Meaning)[] Rows)> sections =
        [
            ("Commands", [.. command.Subcommands.Select(c => (Label(c), c.Description!))]),
            ("Arguments", [.. command.Arguments.Select(a => (a.HelpName!, a.Description!))]),
            .. command.Sections,
            .. command.Groups.Select(g => (g.Title, g.Options.Select(o => (Label(o), o.Description!)).ToArray())),
        ];
        int column = Indent + sections.SelectMany(s => s.Rows).Max(row => Math.Min(row.Label.Length, LongestLabel)) + Indent;
        foreach ((string title, (string Label, string Meaning)[] rows) in sections)
        {
            WriteSection(title, rows, column);
        }

        WriteExamples(command.Examples);
        writer.WriteLine();
        WriteWrapped($"Exit codes: {command.ExitCodes}.", indent: 0);
    }

    private static string Usage(DocumentedCommand command)
    {
        IEnumerable<string> takes = command.Subcommands.Count > 0 ? ["COMMAND"]
            : command.Arguments.Select(a => a.Arity.MaximumNumberOfValues > 1 ? a.HelpName + "..." : a.HelpName!);
        return string.Join(' ', [.. Path(command), .. takes, "[options]"]);
    }

    /// <summary>The names of a command and its parents, as typed on the command line.</summary>
    public static IEnumerable<string> Path(Command command) => [.. command.Parents.OfType<Command>().SelectMany(Path), command.Name];

    private static string Label(Command command) =>
        string.Join(' ', [command.Name, .. command.Arguments.Select(a => a.HelpName!)]);

    private static string Label(Option option) =>
        string.Join(", ", [.. option.Aliases.Where(a => a.StartsWith('-') && a != "-?"), option.Name])
        + (option.HelpName is { } value ? " " + value : "");

    /// <summary>Writes a section, with labels in one column and their meanings in the next.</summary>
    private void WriteSection(string title, (string Label, string Meaning)[] rows, int column)
    {
        if (rows.Length == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine(title + ":");
        foreach ((string label, string meaning) in rows)
        {
            string start = (new string(' ', Indent) + label).PadRight(column);
            if (start.Length > column)
            {
                writer.WriteLine(start);
                start = new string(' ', column);
            }

            writer.Write(start);
            WriteWrapped(meaning, column);
        }
    }

    private void WriteExamples(IReadOnlyList<(string CommandLine, string Meaning)> examples)
    {
        writer.WriteLine();
        writer.WriteLine("Examples:");
        foreach ((string commandLine, string meaning) in examples)
        {
            writer.WriteLine(new string(' ', Indent) + commandLine);
            writer.Write(new string(' ', 3 * Indent));
            WriteWrapped(meaning, 3 * Indent);
        }
    }

    /// <summary>Writes text, wrapped at the width of the page; all its lines start at column <paramref name="indent"/>.</summary>
    private void WriteWrapped(string text, int indent)
    {
        int column = indent;
        foreach (string word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > width)
            {
                writer.WriteLine();
                writer.Write(new string(' ', indent));
                column = indent;
            }

            string spaced = column > indent ? " " + word : word;
            writer.Write(spaced);
            column += spaced.Length;
        }

        writer.WriteLine();
    }
}
