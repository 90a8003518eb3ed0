using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations;

/// <summary>The numbers of an explanation that have one symbol: a scalar, a vector or a tensor.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Meaning">The quantity, in words.</param>
/// <param name="Shape">The lengths of its axes; empty for a scalar.</param>
/// <param name="Axes">The names of its axes, such as N, C, H and W.</param>
/// <param name="Values">The numbers, in double precision, in the order of the shape.</param>
internal sealed record Quantity(Formula Symbol, string Meaning, int[] Shape, string[] Axes, double[] Values)
{
    /// <summary>What each number belongs to: element, set or parameter; null if to none of these.</summary>
    public string? Axis { get; init; }

    /// <summary>The library's own numbers; null if the library does not compute the quantity by itself.</summary>
    public double[]? Library { get; init; }

    /// <summary>True if the numbers spread over many powers of ten, and are shown as such.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>The largest difference between the numbers and those of the library.</summary>
    public double? LibraryDifference => Library is null ? null : Values.Zip(Library, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max();

    /// <summary>A scalar.</summary>
    public static Quantity Scalar(Formula symbol, string meaning, double value) => new(symbol, meaning, [], [], [value]);
}
