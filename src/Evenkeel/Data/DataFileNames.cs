using System.IO.Enumeration;

namespace Evenkeel.Data;

/// <summary>Finds the files of a data set by name, each raw or gzipped with the suffix .gz.</summary>
internal static class DataFileNames
{
    private const string Zipped = ".gz";

    /// <summary>Finds the one name that matches a pattern; the raw file if it exists in both forms.</summary>
    /// <param name="location">The location of the files, for messages.</param>
    /// <param name="names">The names of all files there.</param>
    /// <param name="content">The content of the file, for messages.</param>
    /// <param name="patterns">The patterns, with * for any characters.</param>
    /// <exception cref="FileNotFoundException">No file matches.</exception>
    /// <exception cref="InvalidDataException">Several files match.</exception>
    public static string Find(string location, string[] names, string content, params string[] patterns)
    {
        string[] found = [.. names.Where(name => patterns.Any(pattern => Matches(name, pattern)))];
        switch (found.Select(WithoutZipped).Distinct().Count())
        {
            case 0:
                throw new FileNotFoundException(
                    $"{location} has no {content}: expected a file named {string.Join(" or ", patterns)}, with or without {Zipped}.");
            case 1:
                return found.MinBy(name => name.Length)!;
            default:
                string listed = string.Join(", ", found.Order(StringComparer.Ordinal).Select(name => Path.GetFileName(name)));
                throw new InvalidDataException($"{location} has several files of {content}: {listed}; expected one.");
        }
    }

    /// <summary>Returns true if a file's name, without a suffix .gz, matches a pattern.</summary>
    public static bool Matches(string name, string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(WithoutZipped(name).AsSpan()));

    private static string WithoutZipped(string name) =>
        name.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? name[..^Zipped.Length] : name;
}
