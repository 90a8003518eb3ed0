namespace Evenkeel.Tables.Profiles;

/// <summary>What a column holds, as its cells suggest.</summary>
public enum ColumnKind
{
    /// <summary>Numbers: every present cell is one.</summary>
    Number,

    /// <summary>Texts that repeat.</summary>
    Category,

    /// <summary>Dates, with or without a time: every present cell is one, in a known format.</summary>
    Date,

    /// <summary>Texts that mostly differ: more than 20 distinct ones, and more than half as many as rows.</summary>
    Text,

    /// <summary>
    /// Names of the rows: whole numbers that rise by one from row to row; different values in a column whose name ends in the word id, uuid
    /// or guid; or different texts without blanks.
    /// </summary>
    Id,

    /// <summary>One value, in every present cell.</summary>
    Constant,

    /// <summary>No value.</summary>
    Empty,
}
