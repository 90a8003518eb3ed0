using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Training;

/// <summary>Softmax and cross-entropy in one, for classes.</summary>
/// <remarks>
/// <para>Loss = mean over the batch of −log softmax(z)[t] = log Σⱼ e^zⱼ − z[t]; dz = (softmax(z) − onehot(t))/N.</para>
/// <para>Shapes: outputs ("logits") z [N, classes], labels t [N], each from 0 to classes − 1.</para>
/// </remarks>
public sealed class SoftmaxCrossEntropy : Loss<int>
{
    private readonly ReusableTensor _gradients = new();
    private Tensor<float>? _gradient;

    /// <inheritdoc/>
    public override double Forward(Tensor<float> output, Tensor<int> target)
    {
        (int rows, int classes) = Check(output, target);
        ReadOnlySpan<int> labels = target.Elements();
        for (int row = 0; row < rows; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Label {labels[row]} of sample {row} is not one of the {classes} classes, 0 to {classes - 1}."),
                    nameof(target));
            }
        }

        _gradient = _gradients.Get(output.Lengths);
        return SoftmaxRows.CrossEntropy(output.Elements(), labels, _gradient.Elements());
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward() => Ready(_gradient);

    /// <inheritdoc/>
    public override int? CountCorrect(Tensor<float> output, Tensor<int> target)
    {
        (int rows, int classes) = Check(output, target);
        ReadOnlySpan<float> logits = output.Elements();
        ReadOnlySpan<int> labels = target.Elements();
        int correct = 0;
        for (int row = 0; row < rows; row++)
        {
            int predicted = TensorPrimitives.IndexOfMax(logits.Slice(row * classes, classes));
            correct += predicted == labels[row] ? 1 : 0;
        }

        return correct;
    }

    private static (int Rows, int Classes) Check(Tensor<float> output, Tensor<int> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        if (output.Rank != 2 || target.Rank != 1 || target.Lengths[0] != output.Lengths[0])
        {
            throw new ArgumentException(
                $"The output is {Shape.Describe(output)} and the labels are {Shape.Describe(target)}; "
                + "expected [N, classes] and [N].",
                nameof(target));
        }

        return ((int)output.Lengths[0], (int)output.Lengths[1]);
    }
}
