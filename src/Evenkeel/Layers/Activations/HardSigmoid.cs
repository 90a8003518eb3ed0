using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The hard sigmoid: y = slope·x + offset, at least 0 and at most 1.</summary>
/// <remarks>dx = slope·dy where y is above 0 and below 1, and 0 elsewhere. NaN stays NaN.</remarks>
public sealed class HardSigmoid : Activation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="slope">The slope between 0 and 1: PyTorch's is 1/6, the default of ONNX and Keras 0.2.</param>
    /// <param name="offset">y at x = 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not finite.</exception>
    public HardSigmoid(double slope = 1.0 / 6, double offset = 0.5)
    {
        Slope = ActivationSettings.Finite(slope);
        Offset = ActivationSettings.Finite(offset);
    }

    /// <summary>The slope between 0 and 1.</summary>
    public double Slope { get; }

    /// <summary>y at x = 0.</summary>
    public double Offset { get; }

    /// <summary>The function.</summary>
    internal HardSigmoidFunction Function => new((float)Slope, (float)Offset);

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward(Function, x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward(Function, dy, x, dx);
}
