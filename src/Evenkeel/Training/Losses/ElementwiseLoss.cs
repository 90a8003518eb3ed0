using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>A loss over elements: outputs and targets of the same shape, whose losses are averaged over all elements.</summary>
/// <remarks>The loss of a sample is the mean over its elements; the sum is over all elements of the batch.</remarks>
public abstract class ElementwiseLoss : Loss<float>
{
    private protected ElementwiseLoss()
    {
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<float> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckShapes(outputShape, targets.Lengths);
    }

    /// <inheritdoc/>
    protected internal sealed override double Divisor(Tensor<float> output, Tensor<float> target) => output.FlattenedLength;

    /// <inheritdoc/>
    protected sealed override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
    {
        CheckTargets(output.Lengths, target);
        return Mean(output, target, gradient);
    }

    /// <summary>Computes the mean over all elements, and its gradient.</summary>
    private protected abstract double Mean(Tensor<float> output, Tensor<float> target, Tensor<float> gradient);

    private static void CheckShapes(ReadOnlySpan<nint> output, ReadOnlySpan<nint> target)
    {
        if (!target.SequenceEqual(output))
        {
            throw new ArgumentException(
                $"The output is {Shape.Describe(output)} and the target is {Shape.Describe(target)}; they must have the same shape.",
                nameof(target));
        }
    }
}
