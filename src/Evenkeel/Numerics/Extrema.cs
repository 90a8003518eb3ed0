namespace Evenkeel.Numerics;

/// <summary>The smallest and the largest of a set of values; they merge exactly, in any order.</summary>
/// <param name="Min">The smallest value; +∞ where there are none.</param>
/// <param name="Max">The largest value; −∞ where there are none.</param>
public readonly record struct Extrema(double Min, double Max)
{
    /// <summary>The extrema of no values: merging it changes nothing.</summary>
    public static Extrema Empty => new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>Whether there are no values.</summary>
    public bool IsEmpty => !(Min <= Max);

    /// <summary>The extrema of the values of both sets.</summary>
    public static Extrema Merge(in Extrema a, in Extrema b) =>
        new(double.MinNumber(a.Min, b.Min), double.MaxNumber(a.Max, b.Max));
}
