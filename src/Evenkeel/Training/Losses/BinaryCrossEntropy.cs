using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Losses;

namespace Evenkeel.Training;

/// <summary>Sigmoid followed by the binary cross-entropy, for two classes or several labels at once.</summary>
/// <remarks>
/// <para>
/// Loss = mean over all n elements of −p·t·log σ(z) − (1 − t)·log σ(−z); dz = ((1 − t)·σ(z) − p·t·σ(−z))/n, where σ(z) = 1/(1 + e⁻ᶻ).
/// It neither overflows nor loses digits where σ is close to 0 or 1.
/// </para>
/// <para>Shapes: outputs ("logits") z and targets t of the same shape, batch first; targets from 0 to 1.</para>
/// <para>As PyTorch's <c>BCEWithLogitsLoss</c>.</para>
/// </remarks>
public sealed class BinaryCrossEntropy : ElementwiseLoss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="positiveWeight">p, the weight of positive targets; finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="positiveWeight"/> is not finite or not above 0.</exception>
    public BinaryCrossEntropy(double positiveWeight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(positiveWeight);
        PositiveWeight = double.IsFinite(positiveWeight) ? positiveWeight
            : throw new ArgumentOutOfRangeException(nameof(positiveWeight), positiveWeight, "The weight of positives must be finite.");
    }

    /// <summary>p, the weight of positive targets.</summary>
    public double PositiveWeight { get; }

    /// <summary>
    /// Counts the samples whose output is above 0 where the target is at least ½, and not above it elsewhere; null if samples have
    /// several outputs.
    /// </summary>
    /// <inheritdoc/>
    public override int? CountCorrect(Tensor<float> output, Tensor<float> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        CheckTargets(output.Lengths, target);
        return output.FlattenedLength == output.Lengths[0] ? BinaryTargets.CountCorrect(output.Elements(), target.Elements()) : null;
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<float> targets)
    {
        base.CheckTargets(outputShape, targets);
        BinaryTargets.Check(targets.Elements(), nameof(targets));
    }

    private protected override double Mean(Tensor<float> output, Tensor<float> target, Tensor<float> gradient) => ElementLoss.Mean(
        new LogisticError((float)PositiveWeight), output.Elements(), target.Elements(), gradient.Elements());
}
