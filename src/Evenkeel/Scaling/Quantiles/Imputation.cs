namespace Evenkeel.Scaling;

/// <summary>The number that <see cref="Imputer"/> fills in for a missing value.</summary>
public enum Imputation
{
    /// <summary>The mean of the column.</summary>
    Mean,

    /// <summary>The median of the column.</summary>
    Median,

    /// <summary>The most frequent value of the column, the smallest of equally frequent ones.</summary>
    MostFrequent,

    /// <summary>A given number.</summary>
    Constant,
}
