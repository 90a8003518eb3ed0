using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Training;

namespace Evenkeel.Studies.Training;

/// <summary>The mean cross-entropy of some rows of the output; the others pass the network without a loss.</summary>
/// <remarks>
/// So one batch is learned from while the statistics of a batch normalization are those of all rows, with gradients through them.
/// </remarks>
internal sealed class RowCrossEntropy : Loss<int>
{
    private readonly SoftmaxCrossEntropy _loss = new();
    private readonly ReusableTensor _outputs = new();
    private Tensor<int>? _targets;

    /// <summary>The rows that have a loss.</summary>
    public int[] Rows { get; set; } = [];

    /// <inheritdoc/>
    protected override double Compute(Tensor<float> output, Tensor<int> target, Tensor<float> gradient)
    {
        int classes = (int)output.Lengths[1];
        Tensor<float> outputs = _outputs.Get([Rows.Length, classes]);
        if (_targets is null || _targets.FlattenedLength != Rows.Length)
        {
            _targets = Tensor.CreateFromShape<int>([Rows.Length]);
        }

        RowGather.Copy(output.Elements(), Rows, outputs.Elements());
        RowGather.Copy(target.Elements(), Rows, _targets.Elements());
        double loss = _loss.Forward(outputs, _targets);
        ReadOnlySpan<float> gradients = _loss.Backward().Elements();
        gradient.Elements().Clear();
        for (int i = 0; i < Rows.Length; i++)
        {
            gradients.Slice(i * classes, classes).CopyTo(gradient.Elements().Slice(Rows[i] * classes, classes));
        }

        return loss;
    }
}
