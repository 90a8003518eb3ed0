using System.Numerics.Tensors;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>
/// A layer that can add a tensor to its output and apply a ReLU while it writes the output, and that differentiates through both. The bits
/// are those of separate layers. Networks fuse such a layer with what follows it.
/// </summary>
internal interface IEpilogueHost
{
    /// <summary>Whether the layer takes an epilogue; a network does if its last layer does.</summary>
    bool TakesEpilogue { get; }

    /// <summary>Computes f(output + residual): see <see cref="Epilogue"/>.</summary>
    /// <param name="input">The input, which is known to be dense and not empty.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <param name="residual">The tensor to add; null for none.</param>
    /// <param name="relu">Whether f is a ReLU.</param>
    Tensor<float> ForwardCore(Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu);

    /// <summary>Differentiates the last forward pass.</summary>
    /// <param name="outputGradient">∂loss/∂f, which is known to be dense and to have the output's shape.</param>
    /// <param name="gated">Receives ∂loss/∂residual, if f is a ReLU; null if it is not needed.</param>
    Tensor<float> BackwardCore(Tensor<float> outputGradient, Tensor<float>? gated);
}
