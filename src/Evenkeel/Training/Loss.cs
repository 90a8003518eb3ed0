using System.Numerics.Tensors;

namespace Evenkeel.Training;

/// <summary>What training makes small: a number for how far outputs are from their targets, and its gradient.</summary>
/// <remarks>A loss owns and reuses the gradient's memory. It is not for use by two threads at once.</remarks>
/// <typeparam name="TTarget">What a target is made of: <see cref="int"/> for class labels, <see cref="float"/> for values.</typeparam>
public abstract class Loss<TTarget>
    where TTarget : unmanaged
{
    /// <summary>The mean loss over a batch.</summary>
    /// <param name="output">The network's output, batch first.</param>
    /// <param name="target">The targets, batch first.</param>
    /// <exception cref="ArgumentException">A shape or a target does not fit.</exception>
    public abstract double Forward(Tensor<float> output, Tensor<TTarget> target);

    /// <summary>∂loss/∂output of the last <see cref="Forward"/>, valid until the next.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public abstract Tensor<float> Backward();

    /// <summary>How many outputs are right; null where the loss knows no right and wrong.</summary>
    /// <param name="output">The network's output, batch first.</param>
    /// <param name="target">The targets, batch first.</param>
    public virtual int? CountCorrect(Tensor<float> output, Tensor<TTarget> target) => null;

    /// <summary>The gradient, or an exception where there was no forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    private protected static Tensor<float> Ready(Tensor<float>? gradient) =>
        gradient ?? throw new InvalidOperationException("Backward differentiates the last forward pass; there was none.");
}
