using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Scales each column to median 0 and interquartile range 1, which outliers do not influence.</summary>
/// <remarks>
/// <para>
/// y = (x − median)/(upper quantile − lower quantile); y = x − median if the two quantiles are equal. A quantile is at rank
/// (n − 1)·probability of the n sorted values of a column, interpolated linearly, as in NumPy. With weights other than 0 and 1, it is
/// the value at which the cumulative weight reaches the probability, or the mean of it and the next value if the cumulative weight
/// equals the probability.
/// </para>
/// <para>
/// Fit is exact, but its result cannot be fitted further. PartialFit and Merge keep a <see cref="QuantileSketch"/> per column,
/// which is exact up to its capacity; beyond, <see cref="Quantiles"/> gives the bound of the error.
/// </para>
/// </remarks>
public sealed class RobustScaler : AffineScaler, IScalerKind
{
    /// <summary>Half of the largest number: differences do not overflow.</summary>
    private const double Limit = double.MaxValue / 2;

    private readonly double[] _probabilities;
    private readonly int _sketchCapacity;
    private ColumnSketches? _sketches;
    private Lazy<QuantileSummary[]> _quantiles = new([]);

    /// <summary>Creates a scaler.</summary>
    /// <param name="lowerProbability">The probability of the lower quantile, from 0 to 1.</param>
    /// <param name="upperProbability">The probability of the upper quantile, above <paramref name="lowerProbability"/> and up to 1.</param>
    /// <param name="sketchCapacity">The <see cref="QuantileSketch.Capacity"/> of the sketches that PartialFit keeps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not from 0 to 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="upperProbability"/> is not above <paramref name="lowerProbability"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sketchCapacity"/> is below <see cref="QuantileSketch.MinimumCapacity"/>.
    /// </exception>
    public RobustScaler(
        double lowerProbability = 0.25, double upperProbability = 0.75, int sketchCapacity = QuantileSketch.DefaultCapacity)
    {
        if (!(lowerProbability >= 0 && lowerProbability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(lowerProbability), lowerProbability, "The probability of the lower quantile must be from 0 to 1.");
        }

        if (!(upperProbability > lowerProbability && upperProbability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(upperProbability),
                upperProbability,
                "The probability of the upper quantile must be above that of the lower one and at most 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(sketchCapacity, QuantileSketch.MinimumCapacity);
        _probabilities = [lowerProbability, 0.5, upperProbability];
        _sketchCapacity = sketchCapacity;
    }

    /// <summary>The probability of the lower quantile.</summary>
    public double LowerProbability => _probabilities[0];

    /// <summary>The probability of the upper quantile.</summary>
    public double UpperProbability => _probabilities[2];

    /// <summary>The count, the median and the two quantiles of each column, ignoring NaN, and the bound of the ranks' errors.</summary>
    public IReadOnlyList<QuantileSummary> Quantiles => _quantiles.Value;

    static string IScalerKind.Kind => "robust";

    static Scaler IScalerKind.Create(JsonFields settings) =>
        new RobustScaler(settings.Number("lower_probability"), settings.Number("upper_probability"));

    internal override Scaler Copy()
    {
        var copy = (RobustScaler)base.Copy();
        if (_sketches is not null)
        {
            copy.SetSketches(_sketches.Copy());
        }

        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteNumber("lower_probability", LowerProbability);
        json.WriteNumber("upper_probability", UpperProbability);
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        QuantileSummary summary = Quantiles[column];
        json.WriteNumber("count", summary.Count);
        json.WriteNumber("lower", summary.Lower);
        json.WriteNumber("median", summary.Median);
        json.WriteNumber("upper", summary.Upper);
        json.WriteNumber("rank_error_bound", summary.RankErrorBound);
        base.WriteColumn(json, column);
    }

    internal override void SettleState() => (_sketches ?? throw ColumnSketches.NotFittedInParts()).Settle();

    internal override void WriteStateColumn(Utf8JsonWriter json, int column) => _sketches!.Write(json, column);

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns) =>
        SetSketches(ColumnSketches.Read(columns, Limit));

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        _sketches = null;
        _quantiles = new Lazy<QuantileSummary[]>(Set([.. columns.Select(Read)]));
        base.ReadStatistics(columns);
    }

    private QuantileSummary Read(JsonFields column)
    {
        double lower = column.Number("lower", -Limit);
        var summary = new QuantileSummary(
            column.Number("count", minimum: 0),
            lower,
            column.Number("median", -Limit),
            column.Number("upper", lower),
            column.Number("rank_error_bound", minimum: 0));
        if (summary.Upper > Limit || summary.Median > Limit)
        {
            throw column.Error("has quantiles that are too large");
        }

        if (summary.Count == 0 && summary != default)
        {
            throw column.Error("count", "is 0; for a column without values, the quantiles and the bound are 0");
        }

        if (summary.RankErrorBound > summary.Count)
        {
            throw column.Error(
                "rank_error_bound", Invariant($"is {summary.RankErrorBound}; expected at most the count, {summary.Count}"));
        }

        // A quantile increases with its probability; the median may be below or above both others.
        return (summary.Median - lower) * (0.5 - LowerProbability) >= 0 && (summary.Upper - summary.Median) * (UpperProbability - 0.5) >= 0
            ? summary
            : throw column.Error(
                "median",
                Invariant($"is {summary.Median}, which is out of order with the quantiles {lower} and {summary.Upper}"));
    }

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
    {
        (double[] counts, double[] quantiles) = table.Quantiles(_probabilities, weights);
        var summaries = new QuantileSummary[table.Columns];
        for (int c = 0; c < summaries.Length; c++)
        {
            summaries[c] = new QuantileSummary(counts[c], quantiles[3 * c], quantiles[3 * c + 1], quantiles[3 * c + 2], RankErrorBound: 0);
            ColumnSketches.CheckLimit(table.NumberOf(c), new Extrema(summaries[c].Lower, summaries[c].Upper), Limit, nameof(table));
        }

        _sketches = null;
        _quantiles = new Lazy<QuantileSummary[]>(Set(summaries));
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        ColumnSketches sketches = fresh ? NewSketches(table.Columns) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Add(table, weights);
        SetSketches(sketches);
    }

    private protected override void MergeStatistics(Scaler other)
    {
        ColumnSketches others = ((RobustScaler)other)._sketches ?? throw ColumnSketches.NotFittedInParts();
        ColumnSketches sketches = Columns == 0 ? NewSketches(other.Columns) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Merge(others);
        SetSketches(sketches);
    }

    private protected override bool HasSettingsOf(Scaler other) =>
        ((RobustScaler)other)._probabilities.AsSpan().SequenceEqual(_probabilities);

    private protected override void Update() => _ = _quantiles.Value;

    private ColumnSketches NewSketches(int columns) => new(columns, _sketchCapacity, Limit);

    private void SetSketches(ColumnSketches sketches)
    {
        _sketches = sketches;
        _quantiles = new Lazy<QuantileSummary[]>(() => Set([.. sketches.Columns.Select(Summary)]));
    }

    private QuantileSummary Summary(QuantileSketch sketch)
    {
        if (sketch.Count == 0)
        {
            return default;
        }

        double[] quantiles = sketch.Quantiles(_probabilities);
        return new QuantileSummary(sketch.Count, quantiles[0], quantiles[1], quantiles[2], sketch.RankErrorBound);
    }

    private QuantileSummary[] Set(QuantileSummary[] quantiles)
    {
        SetColumns(quantiles.Length, c => (quantiles[c].Median, quantiles[c].Upper - quantiles[c].Lower, 0));
        return quantiles;
    }
}
