using Evenkeel.Tables;
using Evenkeel.Tables.Texts;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>Selected columns of a table.</summary>
/// <param name="Fields">The index of each, from 0.</param>
/// <param name="Names">The name of each.</param>
/// <param name="Weight">The index of the column with the weights of the rows; null if there is none.</param>
internal sealed record ColumnSelection(IReadOnlyList<int> Fields, IReadOnlyList<string> Names, int? Weight = null)
{
    private const int MaxNames = 10;

    /// <summary>The columns to read: the selected ones, and the weights behind them.</summary>
    public IReadOnlyList<int> Read => Weight is { } weight ? [.. Fields, weight] : Fields;

    /// <summary>Finds columns by their names.</summary>
    /// <param name="input">The file.</param>
    /// <param name="names">The names, in any order, each once; empty for all columns but the weights.</param>
    /// <param name="weight">The name of the column with the weights of the rows; null if there is none.</param>
    /// <param name="scaler">The file of the scaler that needs them; null if the user named them.</param>
    /// <exception cref="InvalidDataException">A column is missing, or its name is ambiguous.</exception>
    public static ColumnSelection Find(TableReader input, IReadOnlyList<string> names, string? weight = null, string? scaler = null)
    {
        if (names.Count == 0)
        {
            names = [.. input.Columns.Where(name => name != weight)];
        }

        var fields = new Dictionary<string, int>(input.Columns.Count, StringComparer.Ordinal);
        var repeated = new HashSet<string>(StringComparer.Ordinal);
        for (int field = 0; field < input.Columns.Count; field++)
        {
            if (!fields.TryAdd(input.Columns[field], field))
            {
                repeated.Add(input.Columns[field]);
            }
        }

        string[] wanted = [.. names.Append(weight).OfType<string>().Distinct()];
        string[] unknown = [.. wanted.Where(name => !fields.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"'{input.Name}' has no {(unknown.Length == 1 ? "column" : "columns")} {List(unknown)}"
                + (scaler is null ? "" : $", which '{scaler}' scales")
                + $"; it has {List(input.Columns)}."
                + (scaler is null ? HintOfComma(input.Columns, unknown) : ""));
        }

        string[] ambiguous = [.. wanted.Where(repeated.Contains)];
        if (ambiguous.Length > 0)
        {
            throw new InvalidDataException($"'{input.Name}' has more than one column with the name {List(ambiguous)}.");
        }

        if (names.Count == 0)
        {
            throw new InvalidDataException($"'{input.Name}' has no column besides the weights.");
        }

        return new ColumnSelection([.. names.Select(name => fields[name])], names, weight is null ? null : fields[weight]);
    }

    // A name with a comma in it, given without quotes, was taken for several.
    private static string HintOfComma(IReadOnlyList<string> columns, string[] unknown) =>
        columns.FirstOrDefault(name => name.Contains(',') && name.Split(',').Any(unknown.Contains)) is { } name
            ? $" A name that contains a comma is quoted: --columns '\"{name}\"'."
            : "";

    /// <summary>The names for a message, at most ten of them.</summary>
    public static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNames).Select(name => $"'{Visible.Of(name)}'"))
        + (names.Count > MaxNames ? Invariant($" and {names.Count - MaxNames} more") : "");
}
