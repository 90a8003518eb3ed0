using System.Numerics.Tensors;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>
/// A layer whose last sweep over its output can also add a tensor and rectify the sum, and whose backward pass goes through that:
/// with the bits that come of doing one after the other. What networks fuse with.
/// </summary>
internal interface IEpilogueHost
{
    /// <summary>Whether it can; a network can if its last layer can.</summary>
    bool TakesEpilogue { get; }

    /// <summary>Computes f(output + addend): see <see cref="Epilogue"/>.</summary>
    /// <param name="input">The input, as for <see cref="Layer.Forward"/>.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <param name="addend">What is added; null for nothing.</param>
    /// <param name="rectifies">Whether f is a ReLU.</param>
    Tensor<float> Forward(Tensor<float> input, Pass pass, Tensor<float>? addend, bool rectifies);

    /// <summary>Differentiates the last forward pass.</summary>
    /// <param name="outputGradient">∂loss/∂f.</param>
    /// <param name="gated">Receives ∂loss/∂addend, if f is a ReLU; null where nobody wants it.</param>
    Tensor<float> Backward(Tensor<float> outputGradient, Tensor<float>? gated);
}
