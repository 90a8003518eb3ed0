using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Losses;

namespace Evenkeel.Training;

/// <summary>Huber's loss for regression: squared for small differences, absolute for large ones.</summary>
/// <remarks>
/// <para>
/// Loss = Σℓ(y − t)/n over all n elements with ℓ(e) = ½e² for |e| ≤ δ, and δ·(|e| − ½δ) beyond; dy = max(−δ, min(y − t, δ))/n.
/// </para>
/// <para>Shapes: outputs y and targets t of the same shape, batch first.</para>
/// <para>Source: Huber, "Robust Estimation of a Location Parameter", 1964; as PyTorch's <c>HuberLoss</c>.</para>
/// </remarks>
public sealed class HuberLoss : ElementwiseLoss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="delta">δ, the largest difference whose loss is squared; finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not finite or not above 0.</exception>
    public HuberLoss(double delta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        Delta = double.IsFinite(delta) ? delta
            : throw new ArgumentOutOfRangeException(nameof(delta), delta, "The largest squared difference must be finite.");
    }

    /// <summary>δ.</summary>
    public double Delta { get; }

    private protected override double Mean(Tensor<float> output, Tensor<float> target, Tensor<float> gradient) =>
        ElementLoss.Mean(new HuberError((float)Delta), output.Elements(), target.Elements(), gradient.Elements());
}
