using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The leaky rectified linear unit: y = x above 0, and slope·x elsewhere.</summary>
/// <remarks>
/// <para>dx = dy where x is above 0, and slope·dy elsewhere, including x = 0.</para>
/// <para>Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.</para>
/// </remarks>
public sealed class LeakyRelu : Activation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="slope">The slope below 0; any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public LeakyRelu(double slope = 0.01) => Slope = ActivationSettings.Finite(slope);

    /// <summary>The slope below 0.</summary>
    public double Slope { get; }

    /// <summary>The function.</summary>
    internal LeakyReluFunction Function => new((float)Slope);

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => Activate.Forward(Function, x, y);

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx) =>
        Activate.Backward(Function, dy, x, dx);
}
