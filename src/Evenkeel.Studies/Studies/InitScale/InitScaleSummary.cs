using System.Globalization;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The sweep of initial scales in few numbers: the final accuracies per scale, over the seeds.</summary>
internal sealed class InitScaleSummary
{
    /// <summary>The accuracy that a network with batch normalization must reach for its scale to count as learned.</summary>
    public const double BatchThreshold = 0.6;

    /// <summary>The same for a network without normalization; lower, so that the comparison favours it.</summary>
    public const double NoneThreshold = 0.5;

    /// <summary>Summarizes the runs.</summary>
    /// <param name="results">The results; runs may be missing.</param>
    public InitScaleSummary(InitScaleResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        Rows =
        [
            .. results.Settings.Scales.Select(scale => new InitScaleSummaryRow(
                scale,
                FinalAccuracy.Of(results.Runs.Where(r => r.Scale == scale && r.Normalization == InitScaleRun.None)),
                FinalAccuracy.Of(results.Runs.Where(r => r.Scale == scale && r.Normalization == InitScaleRun.Batch)))),
        ];
    }

    /// <summary>One row per scale, in the settings' order.</summary>
    public IReadOnlyList<InitScaleSummaryRow> Rows { get; }

    /// <summary>At how many scales the mean accuracy with batch normalization reaches <see cref="BatchThreshold"/>.</summary>
    public int LearnedWithBatch => Rows.Count(r => r.Batch?.Mean >= BatchThreshold);

    /// <summary>At how many scales the mean accuracy without normalization reaches <see cref="NoneThreshold"/>.</summary>
    public int LearnedWithNone => Rows.Count(r => r.None?.Mean >= NoneThreshold);

    /// <summary>How many scales have a finished network with batch normalization: all, unless the sweep was cancelled.</summary>
    public int TriedWithBatch => Rows.Count(r => r.Batch is not null);

    /// <summary>How many scales have a finished network without normalization.</summary>
    public int TriedWithNone => Rows.Count(r => r.None is not null);

    /// <summary>The scale at which batch normalization did best; null if no such run is there.</summary>
    public InitScaleSummaryRow? BestWithBatch => Rows.Where(r => r.Batch is not null).MaxBy(r => r.Batch!.Mean);

    /// <summary>The scale at which networks without normalization did best; null if no such run is there.</summary>
    public InitScaleSummaryRow? BestWithNone => Rows.Where(r => r.None is not null).MaxBy(r => r.None!.Mean);

    /// <summary>The final accuracies as a table, a row per scale.</summary>
    internal StudyTable Table(InitScaleResults results)
    {
        InitScaleSettings settings = results.Settings;
        return new StudyTable(
            FormattableString.Invariant($"Train accuracy on {settings.Data} after {settings.Updates} updates")
            + (settings.Seeds == 1 ? "" : FormattableString.Invariant($", mean of {settings.Seeds} seeds (lowest to highest)"))
            + (results.Completed ? ":" : ", as far as networks were finished:"),
            [new("initial scale"), new("with batch normalization"), new("without")],
            [
                .. Rows.Select(row => new StudyCell[]
                {
                    new(row.Scale.ToString("F5", CultureInfo.InvariantCulture)),
                    new(Describe(row.Batch), row.Batch?.Mean >= BatchThreshold),
                    new(Describe(row.None), row.None?.Mean >= NoneThreshold),
                }),
            ]);
    }

    private static string Describe(FinalAccuracy? accuracy) => accuracy switch
    {
        null => "-",
        { Seeds: 1 } => accuracy.Mean.ToString("F3", CultureInfo.InvariantCulture),
        _ => FormattableString.Invariant($"{accuracy.Mean:F3} ({accuracy.Lowest:F3} to {accuracy.Highest:F3})"),
    };
}
