using Evenkeel.Scaling;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Tables;

/// <summary>What all parts of a table are fitted with.</summary>
/// <param name="Open">Opens a file.</param>
/// <param name="Columns">The names of the columns; empty for those of numbers, but for ids.</param>
/// <param name="Except">The columns that are left out of these.</param>
/// <param name="Weight">The column with the weights of rows; null if there is none.</param>
/// <param name="Policy">How to treat cells that are not numbers.</param>
/// <param name="Create">Creates an unfitted scaler.</param>
internal sealed record FitSettings(
    Func<string, TableReader> Open,
    IReadOnlyList<string> Columns,
    IReadOnlyList<string> Except,
    string? Weight,
    CellPolicy Policy,
    Func<Scaler> Create)
{
    /// <summary>Chooses the columns of a table that was just opened.</summary>
    /// <returns>The columns; and how they were chosen, null if they are named.</returns>
    /// <exception cref="InvalidDataException">A column is missing, or there is none.</exception>
    public (ColumnSelection Columns, DefaultColumns? Chosen) Choose(TableReader input)
    {
        DefaultColumns? chosen = Columns.Count > 0 ? null : DefaultColumns.Find(input, Except, Weight);
        return (ColumnSelection.Find(input, chosen?.Names ?? Columns, Weight), chosen);
    }
}
