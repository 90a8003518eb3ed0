namespace Evenkeel.Cli.Tables;

/// <summary>A file that is one part of a table.</summary>
/// <param name="Path">The path of the file, as given.</param>
/// <param name="Name">The name of the part, by whose ordinal order the parts are merged.</param>
internal sealed record TablePart(string Path, string Name);
