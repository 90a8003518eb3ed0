using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>The Huber loss: the mean of ½e² where |e| ≤ δ, and δ(|e| − ½δ) elsewhere, with e = y − t.</summary>
/// <remarks>Source: Huber, "Robust Estimation of a Location Parameter", 1964.</remarks>
public sealed class Huber(double delta = 1) : Loss<float>
{
    protected override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
    {
        if (!target.Lengths.SequenceEqual(output.Lengths))
        {
            throw new ArgumentException("The output and the target must have the same shape.", nameof(target));
        }

        ReadOnlySpan<float> y = output.Elements(), t = target.Elements();
        Span<float> dy = gradient.Elements();
        double sum = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double error = (double)y[i] - t[i];
            double clipped = Math.Clamp(error, -delta, delta);
            sum += clipped * (error - 0.5 * clipped);
            dy[i] = (float)(clipped / y.Length);
        }

        return sum / y.Length;
    }
}
// end
