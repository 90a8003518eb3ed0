namespace Evenkeel.Cli.Tables;

/// <summary>Problems of a table that did not stop the work.</summary>
/// <param name="Count">The number of rows skipped, or of cells treated as missing.</param>
/// <param name="First">The position and description of the first.</param>
internal readonly record struct TableProblems(long Count, string? First)
{
    /// <summary>These problems, followed by later ones.</summary>
    public TableProblems And(TableProblems later) => new(Count + later.Count, First ?? later.First);
}
