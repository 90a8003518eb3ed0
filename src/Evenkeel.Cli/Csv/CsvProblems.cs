namespace Evenkeel.Cli.Csv;

/// <summary>Problems of a file that did not stop the work.</summary>
/// <param name="Count">The number of rows skipped, or of cells treated as missing.</param>
/// <param name="First">The position and description of the first.</param>
internal readonly record struct CsvProblems(long Count, string? First)
{
    /// <summary>These problems, followed by later ones.</summary>
    public CsvProblems And(CsvProblems later) => new(Count + later.Count, First ?? later.First);
}
