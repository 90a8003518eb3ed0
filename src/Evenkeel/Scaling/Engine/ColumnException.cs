using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>The values of a column, taken together, are such that a scaler cannot be fitted to them.</summary>
public sealed class ColumnException : ArgumentException
{
    internal ColumnException(int column, string reason, string parameter)
        : base(Invariant($"The values of column {column} (counted from 0) {reason}."), parameter) =>
        (Column, Reason) = (column, reason);

    /// <summary>The column, counted from 0.</summary>
    public int Column { get; }

    /// <summary>The reason, as the predicate of "the values": "spread too far for a range in double precision".</summary>
    public string Reason { get; }
}
