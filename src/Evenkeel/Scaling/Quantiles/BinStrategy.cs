namespace Evenkeel.Scaling;

/// <summary>The choice of the edges of a column's bins.</summary>
public enum BinStrategy
{
    /// <summary>Bins of equal width, from the smallest value to the largest.</summary>
    Uniform,

    /// <summary>Bins of equally many values: the edges are quantiles.</summary>
    Quantile,
}
