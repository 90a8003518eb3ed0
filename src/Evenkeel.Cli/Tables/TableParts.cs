using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Tables;

/// <summary>The files of a table: one, or parts in the ordinal order of their names.</summary>
/// <param name="Parts">The parts.</param>
/// <param name="Only">The path of the only file if one was given by its name; null for parts.</param>
internal sealed record TableParts(IReadOnlyList<TablePart> Parts, string? Only)
{
    /// <summary>The paths of the files.</summary>
    public string[] Paths => [.. Parts.Select(part => part.Path)];

    /// <summary>Finds the files that arguments name.</summary>
    /// <param name="arguments">Files, and patterns with <c>*</c> and <c>?</c>, in any order.</param>
    /// <param name="root">The folder that the names of parts are relative to; null if a part is named for its file alone.</param>
    /// <exception cref="UsageException">Standard input is among several files, or a file is not below the root.</exception>
    /// <exception cref="UsageException">Two parts have one name.</exception>
    /// <exception cref="IOException">No file matches a pattern, or a file of several does not exist.</exception>
    public static TableParts Find(IReadOnlyList<string> arguments, string? root = null)
    {
        if (arguments is [var only] && !FilePattern.Is(only))
        {
            return new TableParts([new TablePart(only, only == OutputFile.Dash ? only : NameOf(only, root))], only);
        }

        var parts = new Dictionary<string, TablePart>(StringComparer.Ordinal);
        foreach (string path in arguments.SelectMany(argument => FilePattern.Is(argument) ? FilePattern.Expand(argument) : [argument]))
        {
            if (path == OutputFile.Dash)
            {
                throw new UsageException("standard input (-) cannot be one of several files.");
            }

            if (!Path.Exists(path))
            {
                throw new FileNotFoundException($"there is no file '{path}'.");
            }

            var part = new TablePart(path, NameOf(path, root));
            if (!parts.TryAdd(part.Name, part))
            {
                string other = parts[part.Name].Path;
                throw new UsageException(Path.GetFullPath(other) == Path.GetFullPath(path)
                    ? $"'{path}' is given twice."
                    : $"'{other}' and '{path}' are both the part '{part.Name}'; --part-root DIR names parts by their paths in DIR.");
            }
        }

        return new TableParts([.. parts.Values.OrderBy(part => part.Name, StringComparer.Ordinal)], Only: null);
    }

    private static string NameOf(string path, string? root)
    {
        if (root is null)
        {
            return Path.GetFileName(path) is { Length: > 0 } name ? name : path;
        }

        string relative = Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
        return Path.IsPathRooted(relative) || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal)
            ? throw new UsageException($"'{path}' is not in the folder of --part-root '{root}'.")
            : relative;
    }
}
