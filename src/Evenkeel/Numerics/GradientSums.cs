namespace Evenkeel.Numerics;

/// <summary>The two sums over a channel that the backward pass of a normalization needs.</summary>
/// <param name="Gradient">Σ dy.</param>
/// <param name="GradientTimesDeviation">Σ dy·(x − mean).</param>
public readonly record struct GradientSums(double Gradient, double GradientTimesDeviation)
{
    /// <summary>The sums over the elements of both.</summary>
    public static GradientSums operator +(GradientSums left, GradientSums right) => new(
        left.Gradient + right.Gradient, left.GradientTimesDeviation + right.GradientTimesDeviation);

    /// <summary>The sums over the elements of both.</summary>
    public static GradientSums Add(GradientSums left, GradientSums right) => left + right;
}
