using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers.Activations;

/// <summary>A function applied to each element: y = f(x), of any shape.</summary>
/// <remarks>To define an activation, override <see cref="Apply"/> and <see cref="ApplyGradient"/>.</remarks>
public abstract class Activation : Layer
{
    private Tensor<float>? _input; // null if another layer computed the output, fused with this activation

    /// <inheritdoc/>
    protected sealed override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        Apply(input.Elements(), output.Elements());
        _input = input;
        return output;
    }

    /// <inheritdoc/>
    protected sealed override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        ReadOnlySpan<float> x = _input is null ? [] : _input.Elements();
        ApplyGradient(outputGradient.Elements(), x, LastOutput!.Elements(), gradient.Elements());
        return gradient;
    }

    /// <summary>Sets the output of the last forward pass, computed by the layer that this activation is fused with.</summary>
    internal void Adopt(Tensor<float> output)
    {
        using ThreadGuard.Scope call = Enter();
        (_input, LastOutput) = (null, output);
    }

    /// <summary>Computes y = f(x).</summary>
    /// <param name="x">The input.</param>
    /// <param name="y">Receives the output. It has the input's length and does not overlap it.</param>
    protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Computes dx = dy·f′(x).</summary>
    /// <param name="dy">The gradient of the loss with respect to y.</param>
    /// <param name="x">The input of the last forward pass.</param>
    /// <param name="y">The output of the last forward pass, from which some derivatives are simpler to compute.</param>
    /// <param name="dx">Receives the gradient of the loss with respect to x. It overlaps none of the others.</param>
    protected abstract void ApplyGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dx);
}
