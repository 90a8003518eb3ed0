using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>Reshapes each sample to a row: [N, *] to [N, D], in the order of elements in memory.</summary>
public sealed class Flatten : Layer
{
    private Tensor<float>? _input;
    private Tensor<float>? _output;

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Shape.CheckInput(input);
        _input = input;
        _output = OutputMemory.Get([input.Lengths[0], input.FlattenedLength / input.Lengths[0]]);
        input.Elements().CopyTo(_output.Elements());
        return _output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) => [input[0], TensorPrimitives.Product<nint>([1, .. input[1..]])];

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        Tensor<float> gradient = InputGradients.Get(_input!.Lengths);
        outputGradient.Elements().CopyTo(gradient.Elements());
        return gradient;
    }
}
