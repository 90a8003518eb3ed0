namespace Evenkeel.Tables.Preparation;

/// <summary>Thrown where a preparation cannot be fitted to the cells of its column, taken together.</summary>
/// <param name="column">The name of the column.</param>
/// <param name="reason">What is wrong, as the predicate of a sentence about the column.</param>
/// <param name="innerException">The cause; null if there is none.</param>
internal sealed class ColumnFitException(string column, string reason, Exception? innerException = null)
    : Exception($"Column '{column}' {reason}.", innerException)
{
    /// <summary>The name of the column.</summary>
    public string Column { get; } = column;

    /// <summary>What is wrong, as the predicate of a sentence about the column.</summary>
    public string Reason { get; } = reason;

    /// <summary>Whether it is the scaler that cannot be fitted.</summary>
    public bool IsOfScaler { get; init; }

    /// <summary>The exception for callers, who know the table and may have advice.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="advice">What helps; null if nothing is known to.</param>
    public InvalidDataException In(string table, string? advice = null) =>
        new($"'{table}', column '{Column}' {Reason}{(advice is null ? "" : "; " + advice)}.", this);
}
