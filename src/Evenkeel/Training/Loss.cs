using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>The quantity that training minimizes: a measure of how far outputs are from their targets, and its gradient.</summary>
/// <remarks>
/// A loss owns and reuses the memory of the gradient, and is not for use by two threads at once. To define a loss, override
/// <see cref="Compute"/>.
/// </remarks>
/// <typeparam name="TTarget">The type of a target: <see cref="int"/> for class labels, <see cref="float"/> for values.</typeparam>
public abstract class Loss<TTarget>
    where TTarget : unmanaged
{
    private readonly ReusableTensor _gradients = new();
    private Tensor<float>? _gradient;

    /// <summary>Computes the mean loss over a batch.</summary>
    /// <param name="output">The network's output, batch first.</param>
    /// <param name="target">The targets, batch first.</param>
    /// <exception cref="ArgumentException">A tensor is not dense or is empty, the shapes do not fit, or a target is invalid.</exception>
    public double Forward(Tensor<float> output, Tensor<TTarget> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        _gradient = null; // a pass that fails leaves nothing for Backward to return
        Tensor<float> gradient = _gradients.Get(output.Lengths);
        double loss = Compute(output, target, gradient);
        _gradient = gradient;
        return loss;
    }

    /// <summary>Returns ∂loss/∂output of the last <see cref="Forward"/>, valid until the next.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass, or it failed.</exception>
    public Tensor<float> Backward() =>
        _gradient ?? throw new InvalidOperationException("Backward differentiates the last forward pass; there was none.");

    /// <summary>Counts the correct outputs; null if the loss does not distinguish correct outputs from incorrect ones.</summary>
    /// <param name="output">The network's output, batch first.</param>
    /// <param name="target">The targets, batch first.</param>
    public virtual int? CountCorrect(Tensor<float> output, Tensor<TTarget> target) => null;

    /// <summary>Checks all targets of a dataset before training begins; by default it accepts them.</summary>
    /// <param name="outputShape">The shape of the network's output for all samples at once.</param>
    /// <param name="targets">The targets of all samples.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is invalid.</exception>
    public virtual void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<TTarget> targets)
    {
    }

    /// <summary>Computes the mean loss over a batch and its gradient with respect to the output.</summary>
    /// <param name="output">The network's output, dense and not empty.</param>
    /// <param name="target">The targets, dense and not empty; checking their shape against the output's is up to the loss.</param>
    /// <param name="gradient">Receives ∂loss/∂output. It has the output's shape and holds arbitrary values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is invalid.</exception>
    protected abstract double Compute(Tensor<float> output, Tensor<TTarget> target, Tensor<float> gradient);
}
