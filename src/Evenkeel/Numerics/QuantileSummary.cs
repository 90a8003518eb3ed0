namespace Evenkeel.Numerics;

/// <summary>The median of a set of values, with a lower and an upper quantile.</summary>
/// <param name="Count">The number of values, or the sum of their weights.</param>
/// <param name="Lower">The lower quantile; 0 if there are no values.</param>
/// <param name="Median">The median; 0 if there are no values.</param>
/// <param name="Upper">The upper quantile; 0 if there are no values.</param>
/// <param name="RankErrorBound">The largest error of a quantile's rank, in weight; 0 if the quantiles are exact.</param>
public readonly record struct QuantileSummary(double Count, double Lower, double Median, double Upper, double RankErrorBound)
{
    /// <summary>
    /// <see cref="RankErrorBound"/> relative to <see cref="Count"/>: with 0.01, the median is between the 49th and 51st percentile.
    /// </summary>
    public double RelativeRankErrorBound => Count == 0 ? 0 : RankErrorBound / Count;
}
