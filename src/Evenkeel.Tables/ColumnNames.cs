using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>Finds the columns of a table by their names.</summary>
internal static class ColumnNames
{
    private const int MaximumListed = 10;

    /// <summary>The index of each column.</summary>
    /// <param name="reader">The table.</param>
    /// <param name="names">The names.</param>
    /// <exception cref="InvalidDataException">The table lacks a column, or has two of its name.</exception>
    public static IReadOnlyList<int> Find(this TableReader reader, IReadOnlyList<string> names)
    {
        ILookup<string, int> columns = reader.Columns.Select((name, index) => (name, index))
            .ToLookup(column => column.name, column => column.index);
        string[] unknown = [.. names.Where(name => !columns.Contains(name))];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"'{reader.Name}' has no {(unknown.Length == 1 ? "column" : "columns")} {List(unknown)}; it has {List(reader.Columns)}"
                + (Delimiter(reader.Columns) is { } delimiter
                    ? $"; set the delimiter, the character between cells, such as {delimiter}."
                    : "."));
        }

        string[] ambiguous = [.. names.Where(name => columns[name].Count() > 1)];
        return ambiguous.Length == 0
            ? [.. names.Select(name => columns[name].First())]
            : throw new InvalidDataException($"'{reader.Name}' has more than one column with the name {List(ambiguous)}.");
    }

    /// <summary>
    /// What the cells of a table with a single column may be separated by, as users write it; null if its name has no such character.
    /// </summary>
    public static string? Delimiter(IReadOnlyList<string> names) => names is not [var only] ? null
        : only.Contains('\t') ? "tab"
        : only.Contains(';') ? "';'"
        : only.Contains('|') ? "'|'"
        : only.Contains(',') ? "','"
        : null;

    /// <summary>The names for a message, at most ten of them.</summary>
    public static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaximumListed).Select(name => $"'{name}'"))
        + (names.Count > MaximumListed ? Invariant($" and {names.Count - MaximumListed} more") : "");
}
