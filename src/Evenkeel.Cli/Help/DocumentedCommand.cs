using System.CommandLine;

namespace Evenkeel.Cli.Help;

/// <summary>A command with what its help shows beside names and descriptions.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>The options in groups, each under its title.</summary>
    public List<(string Title, Option[] Options)> Groups { get; } = [];

    /// <summary>Further rows of the help, in sections, each under its title.</summary>
    public List<(string Title, (string Label, string Meaning)[] Rows)> Sections { get; } = [];

    /// <summary>Command lines to try, and what each does.</summary>
    public List<(string CommandLine, string Meaning)> Examples { get; } = [];

    /// <summary>Adds options to the command, and to its help under a title of their own.</summary>
    public void AddGroup(string title, params Option[] options)
    {
        Groups.Add((title, options));
        foreach (Option option in options)
        {
            Add(option);
        }
    }
}
