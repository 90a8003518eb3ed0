using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Columns;

namespace Evenkeel.Scaling;

/// <summary>A scaler whose coefficients come from the mean and variance of each column.</summary>
/// <remarks>
/// A column counts as constant where its standard deviation is within the rounding of its mean, 2⁻⁵²·|mean|: that is what the
/// merging of <see cref="Moments"/> may leave of a variance of 0. No fixed threshold: 10⁹ ± 10⁻³ has a spread.
/// </remarks>
public abstract class MomentsScaler : AffineScaler
{
    private Moments[] _moments = [];

    private protected MomentsScaler(VarianceEstimator variance)
    {
        if (!Enum.IsDefined(variance))
        {
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "There is no such estimator.");
        }

        Variance = variance;
    }

    /// <summary>Whether the deviation is the population's or the sample's.</summary>
    public VarianceEstimator Variance { get; }

    /// <summary>Count (or sum of weights), mean and squared deviations of each column, without NaN.</summary>
    public IReadOnlyList<Moments> Moments => _moments;

    /// <summary>The standard deviation of a column; 0 where it is constant or has too few values.</summary>
    private protected double Deviation(int column) => Deviation(_moments[column]);

    /// <summary>The coefficients of a column; a scale of 0 is one that is constant.</summary>
    private protected abstract (double Center, double Scale, double Shift) Coefficients(int column);

    private protected sealed override bool HasSettingsOf(Scaler other) => ((MomentsScaler)other).Variance == Variance;

    private protected sealed override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        var moments = new Moments[table.Columns];
        if (weights.IsEmpty)
        {
            ChannelMoments.Compute(table.Elements, table.View, moments);
        }

        // What is not finite has elements that are not, in columns that are then gone through with care.
        if (!weights.IsEmpty || !moments.All(m => m.IsFinite))
        {
            var careful = new Moments[table.Columns];
            WeightedMoments.Compute(table.Elements, table.View, weights, careful);
            for (int c = 0; c < moments.Length; c++)
            {
                moments[c] = weights.IsEmpty && moments[c].IsFinite ? moments[c] : careful[c];
            }
        }

        // An infinity shows, but in a row that does not count.
        if (!weights.IsEmpty || !moments.All(m => m.IsFinite))
        {
            table.RefuseInfinity(nameof(table));
        }

        Set(fresh ? moments : Merged(moments, nameof(weights)), nameof(table));
    }

    private protected sealed override void MergeStatistics(Scaler other) => Set(Merged(((MomentsScaler)other)._moments, nameof(other)), nameof(other));

    internal sealed override void WriteColumn(Utf8JsonWriter json, int column)
    {
        json.WriteNumber("count", _moments[column].Count);
        json.WriteNumber("mean", _moments[column].Mean);
        json.WriteNumber("sum_of_squared_deviations", _moments[column].SumOfSquaredDeviations);
        base.WriteColumn(json, column);
    }

    private protected sealed override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        Set([.. columns.Select(Read)], nameof(columns));
        base.ReadStatistics(columns);
    }

    private static Moments Read(JsonFields column)
    {
        var moments = new Moments(
            column.Number("count", minimum: 0), column.Number("mean"), column.Number("sum_of_squared_deviations", minimum: 0));
        return moments.Count > 0 || moments == Numerics.Moments.Empty
            ? moments
            : throw column.Error("count", "is 0; without values, mean and deviations are 0");
    }

    private double Deviation(in Moments moments)
    {
        // Weights may sum up to 1 or less: that is no sample yet.
        bool isPopulation = Variance == VarianceEstimator.Population;
        double variance = isPopulation ? moments.PopulationVariance : moments.Count > 1 ? moments.SampleVariance : 0;
        double deviation = Math.Sqrt(variance);
        return deviation > Math.ScaleB(Math.Abs(moments.Mean), -52) ? deviation : 0;
    }

    private Moments[] Merged(Moments[] others, string name)
    {
        if (_moments.Length == 0)
        {
            return others;
        }

        Moments[] merged = [.. _moments.Zip(others, (a, b) => Numerics.Moments.Merge(a, b))];
        CheckTotalWeight(merged.Max(moments => moments.Count), name);
        return merged;
    }

    private void Set(Moments[] moments, string name)
    {
        for (int c = 0; c < moments.Length; c++)
        {
            if (!moments[c].IsFinite || !double.IsFinite(Deviation(moments[c])))
            {
                // More than any number of rows.
                string what = moments[c].Count > long.MaxValue ? "with their weights spread" : "spread";
                throw new ColumnException(NumberOf(c), $"{what} too far for a variance in double precision", name);
            }
        }

        _moments = moments;
        SetColumns(moments.Length, Coefficients);
    }
}
