using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The Gaussian error linear unit: y = x·Φ(x), with Φ the distribution function of the standard normal distribution.</summary>
/// <remarks>
/// <para>Φ(x) = ½·(1 + erf(x/√2)); dx = dy·(Φ(x) + x·φ(x)), with φ(x) = e^(−½x²)/√(2π).</para>
/// <para>
/// With <paramref name="approximate"/>, Φ(x) = ½·(1 + tanh(√(2/π)·(x + 0.044715·x³))), which networks that were trained with it need:
/// the two differ by up to 5e-4.
/// </para>
/// <para>Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, arXiv 1606.08415.</para>
/// </remarks>
/// <param name="approximate">True for the approximation by the hyperbolic tangent, PyTorch's <c>approximate="tanh"</c>.</param>
public sealed class Gelu(bool approximate = false) : Activation
{
    /// <summary>True for the approximation by the hyperbolic tangent.</summary>
    public bool Approximate => approximate;

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        if (approximate)
        {
            Activate.Forward(default(GeluTanhFunction), x, y);
        }
        else
        {
            Activate.Forward(default(GeluFunction), x, y);
        }
    }

    /// <inheritdoc/>
    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx)
    {
        if (approximate)
        {
            Activate.Backward(default(GeluTanhFunction), dy, x, dx);
        }
        else
        {
            Activate.Backward(default(GeluFunction), dy, x, dx);
        }
    }
}
