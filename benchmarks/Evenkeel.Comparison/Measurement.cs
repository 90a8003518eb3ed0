using Evenkeel.Benchmarks;
using Evenkeel.Comparison.Cases;

namespace Evenkeel.Comparison;

/// <summary>The times of a case in both builds.</summary>
/// <param name="Case">The case.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Rounds">The nanoseconds of a call in each round, in which both builds had a turn.</param>
internal sealed record Measurement(Case Case, int Threads, IReadOnlyList<(double Base, double Head)> Rounds)
{
    /// <summary>The nanoseconds of a call of the base: the median of the rounds.</summary>
    public double Base => new Quartiles(Rounds.Select(round => round.Base)).Median;

    /// <summary>The nanoseconds of a call of the head: the median of the rounds.</summary>
    public double Head => new Quartiles(Rounds.Select(round => round.Head)).Median;

    /// <summary>The speed of the head relative to the base: above 1 the head is faster. Quartiles of the rounds' ratios.</summary>
    public Quartiles Speed => new(Rounds.Select(round => round.Base / round.Head));

    /// <summary>The speed of the head by the fastest round of each build, which other programs delayed least.</summary>
    public double SpeedOfFastest => Rounds.Min(round => round.Base) / Rounds.Min(round => round.Head);
}
