using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>A layer that changes nothing: y = x, dx = dy, the same tensors.</summary>
/// <remarks>It combines inputs in a <c>Graph</c>, and stands where a network needs a layer.</remarks>
public sealed class Identity : Layer
{
    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => outputGradient;
}
