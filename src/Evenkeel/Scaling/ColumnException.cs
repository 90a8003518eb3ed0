using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A column of a table, as a whole, is not one that a scaler can be fitted to.</summary>
public sealed class ColumnException : ArgumentException
{
    internal ColumnException(int column, string reason, string parameter)
        : base(Invariant($"The values of column {column} (counted from 0) {reason}."), parameter) =>
        (Column, Reason) = (column, reason);

    /// <summary>The column, from 0.</summary>
    public int Column { get; }

    /// <summary>What its values do, as the end of a sentence: "spread too far for a range in double precision".</summary>
    public string Reason { get; }
}
