using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers.Activations;

/// <summary>A function applied to each element, of any shape.</summary>
public abstract class Activation : Layer
{
    private Tensor<float>? _output;

    private protected Activation()
    {
    }

    /// <inheritdoc/>
    public sealed override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Shape.CheckInput(input);
        _output = OutputMemory.Get(input.Lengths);
        Apply(input.Elements(), _output.Elements());
        return _output;
    }

    /// <inheritdoc/>
    public sealed override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        ApplyGradient(outputGradient.Elements(), _output!.Elements(), gradient.Elements());
        return gradient;
    }

    /// <summary>Takes what another layer computed in its sweep for the output of the last forward pass.</summary>
    internal void Adopt(Tensor<float> output) => _output = output;

    /// <summary>y = f(x).</summary>
    private protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>dx = dy·f′(x), given y = f(x).</summary>
    private protected abstract void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx);
}
