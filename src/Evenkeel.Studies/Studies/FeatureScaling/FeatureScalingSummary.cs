using System.Globalization;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The study of feature scaling in few numbers: the steps per table and scaling, over the seeds.</summary>
internal sealed class FeatureScalingSummary
{
    private readonly FeatureScalingResults _results;

    /// <summary>Summarizes the runs.</summary>
    /// <param name="results">The results; runs may be missing.</param>
    public FeatureScalingSummary(FeatureScalingResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        _results = results;
        Rows =
        [
            .. from table in results.Settings.Tables
               from scaling in results.Settings.Scalings
               let runs = results.Runs.Where(run => run.Table == table && run.Scaling == scaling).OrderBy(StepsOrMore).ToArray()
               where runs.Length > 0
               select new FeatureScalingRow(table, scaling, runs),
        ];
    }

    /// <summary>One row per table and scaling that has runs, in the settings' order.</summary>
    public IReadOnlyList<FeatureScalingRow> Rows { get; }

    /// <summary>What the numbers say about the claim.</summary>
    internal Verdict Verdict
    {
        get
        {
            (FeatureScalingRun Raw, FeatureScalingRun Standard)[] pairs =
            [
                .. from raw in _results.Runs
                   join standard in _results.Runs on (raw.Table, raw.Seed) equals (standard.Table, standard.Seed)
                   where raw.Scaling == FeatureScalingStudy.Raw && standard.Scaling == FeatureScalingStudy.Standard
                   select (raw, standard),
            ];

            // Where training on raw features was stopped, it would have taken longer still.
            Finding finding = pairs.Length == 0 ? Finding.NotShown
                : pairs.Any(p => p.Raw.Steps is { } raw && (p.Standard.Steps is not { } standard || standard >= raw)) ? Finding.DoesNotHold
                : pairs.All(p => p.Standard.Steps is { } standard
                    && (long)FeatureScalingStudy.Advantage * standard <= (p.Raw.Steps ?? _results.Settings.MaxSteps)) ? Finding.Holds
                : Finding.NotShown;
            return new Verdict(finding, string.Join(' ', _results.Settings.Tables.Select(Compare).OfType<string>()));
        }
    }

    /// <summary>The steps as a table, a row per table and scaling.</summary>
    internal StudyTable Table
    {
        get
        {
            FeatureScalingSettings settings = _results.Settings;
            return new StudyTable(
                Invariant($"Steps until the loss is within {settings.Tolerance:0.##%} of the least possible")
                + (settings.Seeds == 1 ? "" : Invariant($", median of {settings.Seeds} seeds (fewest–most)"))
                + Invariant($"; computed, not counted, beyond {settings.MaxSteps:N0}")
                + (_results.Completed ? ":" : ", as far as descents were finished:"),
                [new("table", IsWords: true), new("scaling", IsWords: true), new("condition"), new("rate"), new("steps")],
                [
                    .. Rows.Select(row => new StudyCell[]
                    {
                        new(row.Table),
                        new(row.Scaling),
                        new(row.ConditionNumber.ToString("G2", CultureInfo.InvariantCulture)),
                        new(row.LearningRate.ToString("G2", CultureInfo.InvariantCulture)),
                        new(Describe(row), IsGood: row.Scaling == FeatureScalingStudy.Standard),
                    }),
                ]);
        }
    }

    /// <summary>The row of a table and scaling; null where no such run was finished.</summary>
    public FeatureScalingRow? Row(string table, string scaling) => Rows.FirstOrDefault(row => row.Table == table && row.Scaling == scaling);

    /// <summary>The median of the steps in words.</summary>
    internal string MedianSteps(FeatureScalingRow? row) =>
        row is null ? "–" : row.Steps is { } steps ? StepCount.Words(steps) : "more than " + StepCount.Words(_results.Settings.MaxSteps);

    private static long StepsOrMore(FeatureScalingRun run) => run.Steps ?? run.ComputedSteps ?? long.MaxValue;

    private string? Compare(string table) =>
        Row(table, FeatureScalingStudy.Standard) is { } standard && Row(table, FeatureScalingStudy.Raw) is { } raw
            ? $"{char.ToUpperInvariant(table[0])}{table[1..]}: {MedianSteps(standard)} {(standard.Steps == 1 ? "step" : "steps")} on "
                + $"standardized features, {MedianSteps(raw)} on raw ones."
            : null;

    private static string Describe(FeatureScalingRow row) =>
        row.Steps is null ? StepCount.Words(row.ComputedSteps)
            : StepCount.Words(row.Steps) + (row.Runs.Count == 1 ? "" : $" ({StepCount.Words(StepsOrMore(row.Runs[0]))}–{StepCount.Words(StepsOrMore(row.Runs[^1]))})");
}
