using Evenkeel.Tables;

namespace Evenkeel.Cli.Tables;

/// <summary>Checks that all parts of a table have the columns that a scaler is fitted to, before hours of work depend on it.</summary>
internal static class PartColumns
{
    /// <summary>Opens each part, and throws if one cannot be read or has other columns.</summary>
    /// <exception cref="InvalidDataException">A part is invalid, lacks a column, or has other columns of numbers.</exception>
    public static void Check(FitSettings settings, IReadOnlyList<TablePart> parts)
    {
        (string Name, IReadOnlyList<string> Columns)? first = null;
        foreach (TablePart part in parts)
        {
            using TableReader input = settings.Open(part.Path);
            (ColumnSelection columns, DefaultColumns? chosen) = settings.Choose(input);
            if (chosen is not { HasRows: true })
            {
                continue;
            }

            first ??= (input.Name, columns.Names);
            if (!columns.Names.SequenceEqual(first.Value.Columns, StringComparer.Ordinal))
            {
                throw new InvalidDataException(
                    $"'{input.Name}' has the columns of numbers {ColumnSelection.List(columns.Names)}, but '{first.Value.Name}' "
                    + $"{ColumnSelection.List(first.Value.Columns)}; --columns names those of all parts, in their order.");
            }
        }
    }
}
