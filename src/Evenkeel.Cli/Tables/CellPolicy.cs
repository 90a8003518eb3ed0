namespace Evenkeel.Cli.Tables;

/// <summary>How to treat a cell that is not a number, or a record with too few or too many cells.</summary>
internal enum CellPolicy
{
    /// <summary>Stop with an error.</summary>
    Stop,

    /// <summary>Skip the row.</summary>
    Skip,

    /// <summary>Treat the cell, or all cells of the record, as missing, and write them unchanged.</summary>
    Keep,
}
