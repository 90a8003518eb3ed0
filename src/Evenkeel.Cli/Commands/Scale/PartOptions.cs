using System.CommandLine;
using Evenkeel.Cli.Tables;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary>The argument for the files of a table, and the options for tables in parts.</summary>
internal sealed class PartOptions
{
    private readonly Option<string?> _root = SharedOptions.Folder(
        "--part-root", "Name each part by its path in this folder (default: by its file name alone, so that folders do not matter).");

    /// <summary>The files to read.</summary>
    public Argument<string[]> Inputs { get; } = SharedOptions.FilesArgument(
        "IN.csv", "The CSV file, in UTF-8; or the files that the table lies in, or a pattern for them, such as 'part-*.csv'.");

    /// <summary>The option <c>--part-root</c>.</summary>
    public Option Root => _root;

    /// <summary>Finds the files.</summary>
    public TableParts Find(ParseResult parsed) => TableParts.Find(parsed.GetRequiredValue(Inputs), parsed.GetValue(_root));
}
