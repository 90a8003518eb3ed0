using System.CommandLine;

namespace Evenkeel.Cli.Help;

/// <summary>A command with the option groups, sections and examples of its help.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>The groups of options, each with a title.</summary>
    public List<(string Title, Option[] Options)> Groups { get; } = [];

    /// <summary>Further sections of the help, each with a title.</summary>
    public List<(string Title, (string Label, string Meaning)[] Rows)> Sections { get; } = [];

    /// <summary>Example command lines, and what each does.</summary>
    public List<(string CommandLine, string Meaning)> Examples { get; } = [];

    /// <summary>The exit codes and their meanings.</summary>
    public string ExitCodes { get; set; } = "0 success; 1 failed or interrupted; 2 invalid command line";

    /// <summary>Adds options to the command, as a group in its help.</summary>
    public void AddGroup(string title, params Option[] options)
    {
        Groups.Add((title, options));
        foreach (Option option in options)
        {
            Add(option);
        }
    }
}
