namespace Evenkeel.Cli.Csv;

/// <summary>What to do about a cell that is not a number, and about a record with too few or too many cells.</summary>
internal enum CellPolicy
{
    /// <summary>End with an error.</summary>
    Stop,

    /// <summary>Leave the row out.</summary>
    Skip,

    /// <summary>Take the cell, or all cells of the record, for missing values: they are written as they are.</summary>
    Keep,
}
