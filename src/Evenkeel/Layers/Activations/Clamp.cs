using System.Globalization;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>Bounds: y = x, at least a minimum and at most a maximum. From 0 to 6, it is ReLU6.</summary>
/// <remarks>dx = dy where x is between the bounds, and 0 at and beyond them, as PyTorch's <c>Hardtanh</c>. NaN stays NaN.</remarks>
public sealed class Clamp : Activation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="minimum">The least y, below ∞; −∞ for none.</param>
    /// <param name="maximum">The largest y, above −∞; ∞ for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound is NaN, the minimum is above the maximum, or the minimum is ∞, or the maximum −∞.
    /// </exception>
    public Clamp(double minimum, double maximum)
    {
        if (!(minimum <= maximum) || double.IsPositiveInfinity(minimum) || double.IsNegativeInfinity(maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(minimum),
                minimum,
                string.Create(CultureInfo.InvariantCulture, $"The minimum must be below ∞, and at most the maximum, {maximum}."));
        }

        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>The least y.</summary>
    public double Minimum { get; }

    /// <summary>The largest y.</summary>
    public double Maximum { get; }

    /// <summary>The function.</summary>
    internal ClampFunction Function => new((float)Minimum, (float)Maximum);

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward(Function, x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward(Function, dy, x, dx);
}
