using System.IO.Enumeration;

namespace Evenkeel.Cli.Tables;

/// <summary>Finds the files that a pattern with <c>*</c> and <c>?</c> matches, for shells that pass it on.</summary>
internal static class FilePattern
{
    /// <summary>True if a path has wildcards, and is not the path of a file.</summary>
    public static bool Is(string path) => HasWildcard(path) && !Path.Exists(path);

    /// <summary>Returns the paths that a pattern matches, in ordinal order.</summary>
    /// <remarks>A name that begins with a dot is hidden, and only matches a pattern that begins with one.</remarks>
    /// <exception cref="IOException">There is none, or a folder cannot be read.</exception>
    public static IReadOnlyList<string> Expand(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] steps = pattern[root.Length..].Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        string[] paths = [.. Match(root, steps).Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? paths : throw new FileNotFoundException($"no file matches '{pattern}'.");
    }

    private static IEnumerable<string> Match(string folder, ReadOnlyMemory<string> steps)
    {
        string step = steps.Span[0];
        bool isLast = steps.Length == 1;
        IEnumerable<string> paths = !HasWildcard(step) ? [Path.Combine(folder, step)]
            : !Directory.Exists(folder.Length == 0 ? "." : folder) ? []
            : Names(folder.Length == 0 ? "." : folder, isLast)
                .Where(name => (name[0] != '.' || step[0] == '.')
                    && FileSystemName.MatchesSimpleExpression(step, name, ignoreCase: OperatingSystem.IsWindows()))
                .Select(name => Path.Combine(folder, name));
        return isLast ? paths.Where(File.Exists) : paths.SelectMany(path => Match(path, steps[1..]));
    }

    private static IEnumerable<string> Names(string folder, bool isFile) =>
        (isFile ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder)).Select(path => Path.GetFileName(path));

    private static bool HasWildcard(string path) => path.AsSpan().ContainsAny('*', '?');
}
