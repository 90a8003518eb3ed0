using System.IO.Enumeration;

namespace Evenkeel.Data;

/// <summary>Finds the files of a data set by their names, each raw or gzipped with .gz behind its name.</summary>
internal static class DataFileNames
{
    private const string Zipped = ".gz";

    /// <summary>The one of the names that fits one of the patterns; where it is there in both forms, the raw one.</summary>
    /// <param name="place">Where the files are, for messages.</param>
    /// <param name="names">The names of all files there.</param>
    /// <param name="content">What is looked for, for messages.</param>
    /// <param name="patterns">The names that would do, with * for any letters.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">There are several.</exception>
    public static string Find(string place, string[] names, string content, params string[] patterns)
    {
        string[] found = [.. names.Where(name => patterns.Any(pattern => Matches(name, pattern)))];
        switch (found.Select(WithoutZipped).Distinct().Count())
        {
            case 0:
                throw new FileNotFoundException(
                    $"{place} has no {content}: expected a file named {string.Join(" or ", patterns)}, or the same with {Zipped}.");
            case 1:
                return found.MinBy(name => name.Length)!;
            default:
                string listed = string.Join(", ", found.Order(StringComparer.Ordinal).Select(name => Path.GetFileName(name)));
                throw new InvalidDataException($"{place} has several files of {content}: {listed}; expected one.");
        }
    }

    /// <summary>Whether a file's name fits a pattern, as it is or with .gz behind it.</summary>
    public static bool Matches(string name, string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(WithoutZipped(name).AsSpan()));

    private static string WithoutZipped(string name) =>
        name.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? name[..^Zipped.Length] : name;
}
