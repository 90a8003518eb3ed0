namespace Evenkeel.Cli.Csv;

/// <summary>What is wrong with a file, and was passed over.</summary>
/// <param name="Count">How many rows were left out, or cells taken for missing values.</param>
/// <param name="First">Where the first stands, and what it is.</param>
internal readonly record struct CsvProblems(long Count, string? First)
{
    /// <summary>These and the ones behind them.</summary>
    public CsvProblems And(CsvProblems later) => new(Count + later.Count, First ?? later.First);
}
