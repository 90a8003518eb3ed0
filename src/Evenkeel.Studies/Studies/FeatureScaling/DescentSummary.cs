using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The descents of each table and scaling, and their median over the seeds.</summary>
internal sealed class DescentSummary
{
    private readonly DescentResult[] _all;

    /// <summary>Summarizes runs; some may be missing.</summary>
    public DescentSummary(IEnumerable<MeasuredRun> runs)
    {
        _all = [.. runs.Select(run => new DescentResult(run))];
        Rows =
        [
            .. from table in FeatureScalingStudy.Tables
               from scaling in FeatureScalingStudy.Scalings
               let descents = _all.Where(run => run.Table == table && run.Scaling == scaling).OrderBy(run => run.StepsOrMore).ToArray()
               where descents.Length > 0
               select descents,
        ];
    }

    /// <summary>The descents of each table and scaling by rising number of steps, in the study's order.</summary>
    public IReadOnlyList<DescentResult[]> Rows { get; }

    /// <summary>The descent with the median number of steps.</summary>
    public static DescentResult Median(DescentResult[] row) => row[row.Length / 2];

    /// <summary>The median of a table and scaling; null if no such run was finished.</summary>
    public DescentResult? Median(string table, string scaling) =>
        Rows.FirstOrDefault(row => row[0].Table == table && row[0].Scaling == scaling) is { } row ? Median(row) : null;

    /// <summary>The descent of one seed; null if it was not finished.</summary>
    public DescentResult? Of(string table, string scaling, int? seed) =>
        _all.FirstOrDefault(run => run.Table == table && run.Scaling == scaling && run.Seed == seed);

    /// <summary>The pairs of descents on raw and on standardized features.</summary>
    public IEnumerable<(DescentResult Raw, DescentResult Standard)> Pairs() =>
        from raw in _all
        join standard in _all on (raw.Table, raw.Seed) equals (standard.Table, standard.Seed)
        where raw.Scaling == FeatureScalingStudy.Raw && standard.Scaling == FeatureScalingStudy.Standard
        select (raw, standard);

    /// <summary>The descent in the plane of two weights; null if it was not finished.</summary>
    public WeightPlane? Plane(string scaling) => _all.FirstOrDefault(run => run.Scaling == scaling && run.Plane is not null)?.Plane;
}
