using Evenkeel.Layers.Activations;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>The Gaussian error linear unit, in its tanh form: y = ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).</summary>
/// <remarks>Source: Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, arXiv 1606.08415.</remarks>
public sealed class Gelu : Activation
{
    private const double Cubic = 0.044715;
    private static readonly double Factor = Math.Sqrt(2 / Math.PI);

    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (float)(0.5 * x[i] * (1 + Tanh(x[i])));
        }
    }

    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
        {
            double tanh = Tanh(x[i]);
            double slope = Factor * (1 + 3 * Cubic * x[i] * x[i]);
            dx[i] = (float)(0.5 * dy[i] * (1 + tanh + x[i] * (1 - tanh * tanh) * slope));
        }
    }

    private static double Tanh(double x) => Math.Tanh(Factor * (x + Cubic * x * x * x));
}
// end
