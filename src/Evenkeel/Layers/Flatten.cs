using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>Reshapes each sample to a row: [N, *] to [N, D], in the order of elements in memory.</summary>
public sealed class Flatten : Layer
{
    private Tensor<float>? _input;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _input = input;
        Tensor<float> output = OutputMemory.Get([input.Lengths[0], input.FlattenedLength / input.Lengths[0]]);
        input.Elements().CopyTo(output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) => [input[0], TensorPrimitives.Product<nint>([1, .. input[1..]])];

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(_input!.Lengths);
        outputGradient.Elements().CopyTo(gradient.Elements());
        return gradient;
    }
}
