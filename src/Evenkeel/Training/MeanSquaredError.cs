using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>The mean of squared differences, for regression.</summary>
/// <remarks>
/// <para>Loss = Σ(y − t)²/n over all n elements; dy = 2(y − t)/n.</para>
/// <para>Shapes: outputs y and targets t of the same shape, batch first.</para>
/// </remarks>
public sealed class MeanSquaredError : Loss<float>
{
    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<float> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckShapes(outputShape, targets.Lengths);
    }

    /// <inheritdoc/>
    protected override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
    {
        CheckShapes(output.Lengths, target.Lengths);
        return SquaredDifference.Mean(output.Elements(), target.Elements(), gradient.Elements());
    }

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
