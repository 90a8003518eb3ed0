namespace Evenkeel.Training;

/// <summary>Adam with decoupled weight decay: parameters shrink by themselves, not through the averages of the gradient.</summary>
/// <remarks>
/// <para>
/// At step t, with the gradient g: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// w ← (1 − learningRate·weightDecay)·w − learningRate·m̂/(√v̂ + ε), where m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ).
/// </para>
/// <para>Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, arXiv 1711.05101, in PyTorch's form.</para>
/// </remarks>
public sealed class AdamW : Adam
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="beta1">β₁, the factor by which the average gradient decays at each step, at least 0 and below 1.</param>
    /// <param name="beta2">β₂, the factor by which the average squared gradient decays at each step, at least 0 and below 1.</param>
    /// <param name="epsilon">ε, which keeps the divisor above 0, finite and not negative.</param>
    /// <param name="weightDecay">
    /// The weight decay, finite and not negative; <see cref="Optimizer.Groups"/> can leave parameters out.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AdamW(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(learningRate, beta1, beta2, epsilon, weightDecay, decouples: true)
    {
    }
}
