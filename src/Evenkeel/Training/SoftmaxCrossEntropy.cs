using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>Softmax followed by the cross-entropy, for classification.</summary>
/// <remarks>
/// <para>Loss = mean over the batch of −log softmax(z)[t] = log Σⱼ e^zⱼ − z[t]; dz = (softmax(z) − onehot(t))/N.</para>
/// <para>Shapes: outputs ("logits") z [N, classes], labels t [N], each from 0 to classes − 1.</para>
/// </remarks>
public sealed class SoftmaxCrossEntropy : Loss<int>
{
    /// <inheritdoc/>
    public override int? CountCorrect(Tensor<float> output, Tensor<int> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        CheckShapes(output.Lengths, target.Lengths);
        return SoftmaxRows.CountCorrect(output.Elements(), target.Elements());
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<int> targets)
    {
        Shape.CheckInput(targets, nameof(targets));
        CheckShapes(outputShape, targets.Lengths);
        SoftmaxRows.CheckLabels(targets.Elements(), (int)outputShape[1], nameof(targets));
    }

    /// <inheritdoc/>
    protected override double Compute(Tensor<float> output, Tensor<int> target, Tensor<float> gradient)
    {
        CheckShapes(output.Lengths, target.Lengths);
        return SoftmaxRows.CrossEntropy(output.Elements(), target.Elements(), gradient.Elements());
    }

    private static void CheckShapes(ReadOnlySpan<nint> output, ReadOnlySpan<nint> target)
    {
        if (output.Length != 2 || target.Length != 1 || target[0] != output[0])
        {
            throw new ArgumentException(
                $"The output is {Shape.Describe(output)} and the labels are {Shape.Describe(target)}; expected [N, classes] and [N].",
                nameof(target));
        }
    }
}
