using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>A scaler whose coefficients come from the mean and the variance of each column.</summary>
/// <remarks>
/// <para>
/// The standard deviation is √(Σ(x − mean)²/n) for <see cref="VarianceEstimator.Population"/>, the biased estimate, and
/// √(Σ(x − mean)²/(n − 1)) for <see cref="VarianceEstimator.Sample"/>, from the unbiased variance, with Bessel's correction. With
/// weights, n is their sum.
/// </para>
/// <para>
/// A column counts as constant if its standard deviation is at most 2⁻⁵²·|mean|, which rounding in merged <see cref="Moments"/> may
/// leave of a variance of 0. There is no fixed threshold: 10⁹ ± 10⁻³ is not constant.
/// </para>
/// </remarks>
public abstract class MomentsScaler : AffineScaler
{
    private Moments[] _moments = [];

    private protected MomentsScaler(VarianceEstimator variance)
    {
        if (!Enum.IsDefined(variance))
        {
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "There is no such variance estimator.");
        }

        Variance = variance;
    }

    /// <summary>The estimator of the variance: the population's (biased) or the sample's (unbiased, with Bessel's correction).</summary>
    public VarianceEstimator Variance { get; }

    /// <summary>The count (or sum of weights), mean and Σ(x − mean)² of each column, ignoring NaN; shape [columns].</summary>
    public IReadOnlyList<Moments> Moments => _moments;

    /// <summary>Returns the standard deviation of a column; 0 if it is constant or has too few values.</summary>
    private protected double Deviation(int column) => Deviation(_moments[column]);

    /// <summary>Computes the coefficients of a column; a scale of 0 marks a constant column.</summary>
    private protected abstract (double Center, double Scale, double Shift) Coefficients(int column);

    private protected sealed override bool HasSettingsOf(Scaler other) => ((MomentsScaler)other).Variance == Variance;

    private protected sealed override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        Moments[] moments = table.Moments(weights);
        Set(fresh ? moments : Merged(moments, nameof(weights)), nameof(table));
    }

    private protected sealed override void MergeStatistics(Scaler other) =>
        Set(Merged(((MomentsScaler)other)._moments, nameof(other)), nameof(other));

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
            : throw column.Error("count", "is 0; for a column without values, mean and squared deviations are 0");
    }

    private double Deviation(in Moments moments)
    {
        // Weights may add up to 1 or less: Bessel's correction needs more.
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
                // Only weights add up to more than any number of rows.
                string what = moments[c].Count > long.MaxValue ? "with their weights spread" : "spread";
                throw new ColumnException(NumberOf(c), $"{what} too far for a variance in double precision", name);
            }
        }

        _moments = moments;
        SetColumns(moments.Length, Coefficients);
    }
}
