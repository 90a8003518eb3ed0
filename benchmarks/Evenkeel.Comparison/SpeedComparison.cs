using System.Globalization;
using Evenkeel.Benchmarks;
using Evenkeel.Comparison.Cases;

namespace Evenkeel.Comparison;

/// <summary>Compares the speed of two builds, and repeats, in new processes, the measurements in which the head looks slower.</summary>
internal sealed class SpeedComparison
{
    private const double MeasuredAgainBelow = 0.97;
    private const double SlowerBelow = 0.95;
    private const int Repetitions = 5;
    private const double MedianAtLeast = 0.98;

    private readonly List<Measurement> _all = [];
    private readonly Dictionary<Measurement, Measurement> _again = [];

    private SpeedComparison()
    {
    }

    /// <summary>True if the median of all cases is at least 0.98 and none was below 0.95 twice.</summary>
    public bool IsNoSlower => Median >= MedianAtLeast && !SlowerTwice.Any();

    private double Median => new Quartiles(_all.Select(m => m.Speed.Median)).Median;

    private IEnumerable<Measurement> SlowerTwice =>
        _all.Where(m => m.Speed.Median < SlowerBelow && _again[m].SpeedOfFastest < SlowerBelow);

    /// <summary>Measures the cases on each number of threads.</summary>
    public static SpeedComparison Run(Build @base, Build head, IReadOnlyList<Case> cases, IReadOnlyList<int> threads, int rounds)
    {
        var comparison = new SpeedComparison();
        using (var duel = new Duel(@base.Assembly, head.Assembly))
        {
            foreach (Case subject in cases)
            {
                foreach (int count in threads)
                {
                    comparison._all.Add(Report(duel.Measure(subject, count, rounds)));
                }
            }
        }

        Measurement[] low = [.. comparison._all.Where(m => m.Speed.Median < MeasuredAgainBelow)];
        if (low.Length > 0)
        {
            Console.Error.WriteLine($"{low.Length} again, in {Repetitions} new processes of each build:");
            for (int i = 0; i < Repetitions; i++)
            {
                using var duel = new Duel(@base.Assembly, head.Assembly);
                comparison.Repeat(duel, low, rounds);
            }
        }

        return comparison;
    }

    /// <summary>Writes a table for each group, and what they come to.</summary>
    public void Write(TextWriter output)
    {
        foreach (IGrouping<string, Measurement> group in _all.GroupBy(m => m.Case.Group))
        {
            output.WriteLine($"## {char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}\n");
            output.WriteLine("| case | threads | base, ms | head, ms | speed of head | again |");
            output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
            foreach (Measurement m in group)
            {
                string again = _again.TryGetValue(m, out Measurement? second)
                    ? FormattableString.Invariant($"{second.SpeedOfFastest:F2}")
                    : "";
                output.WriteLine(FormattableString.Invariant(
                    $"| {m.Case.Name} | {m.Threads} | {Milliseconds(m.Base)} | {Milliseconds(m.Head)} | {m.Speed} | {again} |"));
            }

            output.WriteLine();
        }

        WriteSummary(output);
    }

    /// <summary>Measures cases again and adds the rounds to those of earlier repetitions.</summary>
    private void Repeat(Duel duel, IEnumerable<Measurement> measurements, int rounds)
    {
        foreach (Measurement first in measurements)
        {
            Measurement again = Report(duel.Measure(first.Case, first.Threads, rounds));
            _again[first] = _again.TryGetValue(first, out Measurement? earlier)
                ? again with { Rounds = [.. earlier.Rounds, .. again.Rounds] }
                : again;
        }
    }

    private void WriteSummary(TextWriter output)
    {
        var speeds = new Quartiles(_all.Select(m => m.Speed.Median));
        Measurement worst = _all.MinBy(m => m.Speed.Median)!;
        output.WriteLine("## Summary\n");
        output.WriteLine(FormattableString.Invariant(
            $"- Median speed of {_all.Count} measurements: {Median:F3}; quartiles {speeds.Low:F3} and {speeds.High:F3}."));
        output.WriteLine(FormattableString.Invariant($"- Lowest: {worst.Speed.Median:F3}, {Describe(worst)}."));
        output.WriteLine(FormattableString.Invariant(
            $"- Below {SlowerBelow}: {_all.Count(m => m.Speed.Median < SlowerBelow)} once, {SlowerTwice.Count()} twice."));
        foreach (Measurement m in SlowerTwice)
        {
            output.WriteLine(FormattableString.Invariant($"  - {m.Speed.Median:F3} and {_again[m].SpeedOfFastest:F3}: {Describe(m)}"));
        }

        string verdict = IsNoSlower ? "No slower" : "SLOWER";
        output.WriteLine(FormattableString.Invariant(
            $"- {verdict}: the median must be at least {MedianAtLeast}, and no measurement below {SlowerBelow} twice."));
    }

    private static string Describe(Measurement m) => $"{m.Case.Id}, {m.Threads} thread(s)";

    private static Measurement Report(Measurement m)
    {
        Console.Error.WriteLine($"{m.Speed} {Describe(m)}");
        return m;
    }

    private static string Milliseconds(double nanoseconds) => (1e-6 * nanoseconds).ToString("G3", CultureInfo.InvariantCulture);
}
