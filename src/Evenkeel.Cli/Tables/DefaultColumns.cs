using Evenkeel.Cli.Shell;
using Evenkeel.Tables;
using Evenkeel.Tables.Profiles;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>The columns that a scaler is fitted to where none are named: those of numbers, but for ids.</summary>
/// <remarks>
/// The first rows decide, half a megabyte of a CSV file, so that standard input needs no second pass: a column is left alone if more than
/// half of its present cells there are texts, or if it is an id. Texts in other columns, and later, are errors.
/// </remarks>
/// <param name="Names">The names of the columns.</param>
/// <param name="LeftAlone">The profiles of the columns that are left alone.</param>
/// <param name="HasRows">True if there are rows to decide by.</param>
internal sealed record DefaultColumns(IReadOnlyList<string> Names, IReadOnlyList<ColumnProfile> LeftAlone, bool HasRows)
{
    private const int MostNames = 10;

    /// <summary>Finds the columns of a table that was just opened.</summary>
    /// <param name="input">The table.</param>
    /// <param name="except">The columns that the user leaves out.</param>
    /// <param name="weight">The column with the weights of the rows; null if there is none.</param>
    /// <exception cref="InvalidDataException">There is no such column.</exception>
    public static DefaultColumns Find(TableReader input, IReadOnlyList<string> except, string? weight)
    {
        if (except.Count > 0)
        {
            _ = ColumnSelection.Find(input, except);
        }

        int[] candidates =
        [
            .. Enumerable.Range(0, input.Columns.Count)
                .Where(index => input.Columns[index] != weight && !except.Contains(input.Columns[index], StringComparer.Ordinal)),
        ];
        if (candidates.Length == 0)
        {
            throw new InvalidDataException(
                $"'{input.Name}' has no column besides {(except.Count == 0 ? "the weights" : "those that --except names")}.");
        }

        TableProfile profile = TableProfile.Of(input.Peek(candidates), input, candidates);
        ColumnProfile[] leftAlone = [.. profile.Columns.Where(IsLeftAlone)];
        return leftAlone.Length < candidates.Length
            ? new DefaultColumns([.. profile.Columns.Except(leftAlone).Select(column => column.Name)], leftAlone, profile.Rows > 0)
            : throw new InvalidDataException($"'{input.Name}' has no column of numbers: {List(leftAlone)}; --columns chooses.");
    }

    /// <summary>Reports the columns that were left alone, in one line.</summary>
    public void Report(Terminal terminal)
    {
        if (LeftAlone.Count > 0)
        {
            terminal.Error.WriteLine(OneLine.Of($"evenkeel: left alone: {List(LeftAlone)}; --columns chooses."));
        }
    }

    private static bool IsLeftAlone(ColumnProfile column) =>
        column.Kind == ColumnKind.Id || column.Texts > column.Numbers + column.Infinite;

    private static string List(IReadOnlyList<ColumnProfile> columns) =>
        string.Join(", ", columns.Take(MostNames).Select(column => $"{OneLine.Of(column.Name)} ({NameOf(column.Kind)})"))
        + (columns.Count > MostNames ? Invariant($" and {columns.Count - MostNames} more") : "");

    private static string NameOf(ColumnKind kind) => kind.ToString().ToLowerInvariant();
}
