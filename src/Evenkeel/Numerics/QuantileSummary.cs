namespace Evenkeel.Numerics;

/// <summary>The median of a set of values, and a quantile on either side of it.</summary>
/// <param name="Count">How many values there are (or the sum of their weights).</param>
/// <param name="Lower">The lower quantile; 0 where there are no values.</param>
/// <param name="Median">The median; 0 where there are no values.</param>
/// <param name="Upper">The upper quantile; 0 where there are no values.</param>
/// <param name="RankErrorBound">By how much, in weight, the rank of each may be off; 0 where they are exact.</param>
public readonly record struct QuantileSummary(double Count, double Lower, double Median, double Upper, double RankErrorBound)
{
    /// <summary><see cref="RankErrorBound"/> as a share of <see cref="Count"/>: 0.01 where the median is between the 49th and 51st percentile.</summary>
    public double RelativeRankErrorBound => Count == 0 ? 0 : RankErrorBound / Count;
}
