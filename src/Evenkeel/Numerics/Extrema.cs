namespace Evenkeel.Numerics;

/// <summary>The smallest and the largest of a set of values. They merge exactly, in any order.</summary>
/// <param name="Min">The smallest value; +∞ if there are no values.</param>
/// <param name="Max">The largest value; −∞ if there are no values.</param>
public readonly record struct Extrema(double Min, double Max)
{
    /// <summary>The extrema of no values: the identity of <see cref="Merge"/>.</summary>
    public static Extrema Empty => new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>True if there are no values.</summary>
    public bool IsEmpty => !(Min <= Max);

    /// <summary>Computes the extrema of the values of both sets.</summary>
    public static Extrema Merge(in Extrema a, in Extrema b) =>
        new(double.MinNumber(a.Min, b.Min), double.MaxNumber(a.Max, b.Max));
}
