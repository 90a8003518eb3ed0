using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

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

    /// <summary>What is minimized: the mean over a batch, or the sum.</summary>
    public LossReduction Reduction { get; init; }

    /// <summary>Computes the loss of a batch: the mean, or the sum, as <see cref="Reduction"/> is.</summary>
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
        if (Reduction == LossReduction.Sum)
        {
            double divisor = Divisor(output, target);
            loss *= divisor;
            Scale.Apply(gradient.Elements(), divisor, gradient.Elements());
        }

        _gradient = gradient;
        return loss;
    }

    /// <summary>Computes the loss of each sample, whatever the <see cref="Reduction"/>; leaves the gradient as it is.</summary>
    /// <param name="output">The network's output, batch first.</param>
    /// <param name="target">The targets, batch first.</param>
    /// <returns>The losses, in the order of the samples.</returns>
    /// <exception cref="ArgumentException">A tensor is not dense or is empty, the shapes do not fit, or a target is invalid.</exception>
    public double[] PerSample(Tensor<float> output, Tensor<TTarget> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        return ComputePerSample(output, target);
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

    /// <summary>Counts the samples of a batch that the loss takes into account; by default all.</summary>
    /// <param name="target">The targets, batch first.</param>
    public virtual int CountSamples(Tensor<TTarget> target)
    {
        Shape.CheckInput(target, nameof(target));
        return (int)target.Lengths[0];
    }

    /// <summary>The number by which <see cref="Compute"/> divides a sum for its mean; by default the number of samples.</summary>
    /// <remarks>It is also the weight of a batch in the mean over several, and the factor from the mean to the sum.</remarks>
    /// <param name="output">The network's output, dense and not empty.</param>
    /// <param name="target">The targets, dense and not empty.</param>
    protected internal virtual double Divisor(Tensor<float> output, Tensor<TTarget> target) => output.Lengths[0];

    /// <summary>Computes the loss of each sample; by default that of a batch of this sample alone.</summary>
    /// <param name="output">The network's output, dense and not empty.</param>
    /// <param name="target">The targets, dense and not empty.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is invalid.</exception>
    protected virtual double[] ComputePerSample(Tensor<float> output, Tensor<TTarget> target)
    {
        var samples = new Dataset<TTarget>(output, target);
        Tensor<float> gradient = Tensor.CreateFromShape<float>([1, .. output.Lengths[1..]]);
        return
        [
            .. Enumerable.Range(0, samples.Count).Select(i => samples.Slice(i, 1))
                .Select(sample => Compute(sample.Inputs, sample.Targets, gradient)),
        ];
    }

    /// <summary>Computes the mean loss over a batch and its gradient with respect to the output.</summary>
    /// <param name="output">The network's output, dense and not empty.</param>
    /// <param name="target">The targets, dense and not empty; checking their shape against the output's is up to the loss.</param>
    /// <param name="gradient">Receives ∂loss/∂output. It has the output's shape and holds arbitrary values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is invalid.</exception>
    protected abstract double Compute(Tensor<float> output, Tensor<TTarget> target, Tensor<float> gradient);
}
