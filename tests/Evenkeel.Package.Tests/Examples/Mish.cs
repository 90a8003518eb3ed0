using Evenkeel.Layers.Activations;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>Mish: y = x·tanh(ln(1 + eˣ)).</summary>
/// <remarks>Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019, arXiv 1908.08681.</remarks>
public sealed class Mish : Activation
{
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (float)(x[i] * Math.Tanh(Softplus(x[i])));
        }
    }

    protected override void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
        {
            double tanh = Math.Tanh(Softplus(x[i])), sigmoid = 1 / (1 + Math.Exp(-x[i]));
            dx[i] = (float)(dy[i] * (tanh + x[i] * (1 - tanh * tanh) * sigmoid));
        }
    }

    private static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));
}
// end
