namespace Evenkeel.Numerics;

/// <summary>The two sums over a set that the backward pass of a normalization needs.</summary>
/// <param name="Gradient">Σ dy over the set.</param>
/// <param name="GradientTimesDeviation">Σ dy·(x − mean) over the set, not yet divided by the standard deviation.</param>
public readonly record struct GradientSums(double Gradient, double GradientTimesDeviation)
{
    /// <summary>Adds the sums over two parts of a set.</summary>
    public static GradientSums operator +(GradientSums left, GradientSums right) => new(
        left.Gradient + right.Gradient, left.GradientTimesDeviation + right.GradientTimesDeviation);

    /// <summary>Adds the sums over two parts of a set.</summary>
    public static GradientSums Add(GradientSums left, GradientSums right) => left + right;
}
