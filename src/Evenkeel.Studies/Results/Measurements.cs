namespace Evenkeel.Studies.Results;

/// <summary>A set of measured runs.</summary>
/// <param name="runs">The runs.</param>
internal sealed class Measurements(IEnumerable<MeasuredRun> runs)
{
    /// <summary>The runs.</summary>
    public IReadOnlyList<MeasuredRun> Runs { get; } = [.. runs];

    /// <summary>The runs with a level of a factor.</summary>
    public Measurements Where(string factor, string level) => new(Runs.Where(run => run.Conditions[factor] == level));

    /// <summary>The levels of a factor, in the order of the runs.</summary>
    public IReadOnlyList<string> Levels(string factor) => [.. Runs.Select(run => run.Conditions[factor]).Distinct()];

    /// <summary>The last number of a quantity in each run.</summary>
    public SeedSummary Last(string quantity) => Of(run => run.Last(quantity));

    /// <summary>Summarizes a number of each run.</summary>
    public SeedSummary Of(Func<MeasuredRun, double> number) => SeedSummary.Of(Runs.Select(number));

    /// <summary>True if, in every seed, the mean of a quantity's last numbers is below that of other runs of the same seeds.</summary>
    public bool IsBelowInEverySeed(Measurements other, string quantity) =>
        BySeed(quantity).Zip(other.BySeed(quantity), static (own, others) => own < others).All(static below => below);

    /// <summary>The mean of a quantity's last numbers over the runs of each seed, in the order of the seeds.</summary>
    private IEnumerable<double> BySeed(string quantity) =>
        Runs.GroupBy(run => run.Seed).OrderBy(runs => runs.Key).Select(runs => runs.Average(run => run.Last(quantity)));
}
