using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Losses;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>Softmax followed by the cross-entropy, for classification.</summary>
/// <remarks>
/// <para>Loss = mean over the batch of −log softmax(z)[t] = log Σⱼ e^zⱼ − z[t]; dz = (softmax(z) − onehot(t))/N.</para>
/// <para>
/// With class weights w and smoothing ε over K classes: ℓ = (1 − ε)·w[t]·nll[t] + ε/K·Σⱼ w[j]·nll[j] with nll = −log softmax(z), and
/// loss = Σℓ/Σw[t] over the samples that are not ignored, or 0 if all are. As PyTorch's <c>CrossEntropyLoss</c>.
/// </para>
/// <para>Shapes: outputs ("logits") z [N, classes], labels t [N], each from 0 to classes − 1 or the one that marks ignored samples.</para>
/// <para>Source of the smoothing: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.</para>
/// </remarks>
public sealed class SoftmaxCrossEntropy : Loss<int>
{
    private readonly float[] _weights;
    private readonly double _smoothing;
    private readonly int? _ignored;

    /// <summary>Creates the loss.</summary>
    /// <param name="options">Class weights, label smoothing, the label of ignored samples; null for none of these.</param>
    /// <exception cref="ArgumentException">A class weight is negative or not finite, or none is above 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is not at least 0 and below 1.</exception>
    public SoftmaxCrossEntropy(SoftmaxCrossEntropyOptions? options = null)
    {
        options ??= new();
        _weights = [.. options.ClassWeights ?? []];
        _ignored = options.IgnoredLabel;
        _smoothing = options.LabelSmoothing is >= 0 and < 1 ? options.LabelSmoothing
            : throw new ArgumentOutOfRangeException(
                nameof(options), options.LabelSmoothing, "The label smoothing must be at least 0 and below 1.");
        if (_weights.Any(weight => !(weight >= 0 && float.IsFinite(weight))) || _weights is [_, ..] && _weights.All(weight => weight == 0))
        {
            throw new ArgumentException("Class weights must be finite and at least 0, and one above 0.", nameof(options));
        }
    }

    /// <inheritdoc/>
    public override int? CountCorrect(Tensor<float> output, Tensor<int> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        CheckShapes(output.Lengths, target.Lengths);
        return SoftmaxRows.CountCorrect(output.Elements(), target.Elements(), _ignored);
    }

    /// <inheritdoc/>
    public override int CountSamples(Tensor<int> target)
    {
        int count = base.CountSamples(target);
        return _ignored is { } label ? count - target.Elements().Count(label) : count;
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<nint> outputShape, Tensor<int> targets)
    {
        Shape.CheckInput(targets, nameof(targets));
        CheckShapes(outputShape, targets.Lengths);
        SoftmaxRows.CheckLabels(targets.Elements(), (int)outputShape[1], nameof(targets), _ignored);
    }

    /// <inheritdoc/>
    protected internal override double Divisor(Tensor<float> output, Tensor<int> target) => Kernel.TotalWeight(target.Elements());

    /// <inheritdoc/>
    protected override double Compute(Tensor<float> output, Tensor<int> target, Tensor<float> gradient)
    {
        Check(output, target);
        return _weights.Length == 0 && _smoothing == 0 && _ignored is null
            ? SoftmaxRows.CrossEntropy(output.Elements(), target.Elements(), gradient.Elements())
            : Kernel.Mean(output.Elements(), target.Elements(), gradient.Elements());
    }

    /// <inheritdoc/>
    protected override double[] ComputePerSample(Tensor<float> output, Tensor<int> target)
    {
        Check(output, target);
        var losses = new double[target.Lengths[0]];
        Kernel.Each(output.Elements(), target.Elements(), losses);
        return losses;
    }

    private WeightedCrossEntropy Kernel => new(_weights, _smoothing, _ignored);

    private void Check(Tensor<float> output, Tensor<int> target)
    {
        CheckShapes(output.Lengths, target.Lengths);
        int classes = (int)output.Lengths[1];
        if (_weights.Length > 0 && _weights.Length != classes)
        {
            throw new ArgumentException(
                Invariant($"The output has {classes} classes; this loss has weights for {_weights.Length}."), nameof(output));
        }

        SoftmaxRows.CheckLabels(target.Elements(), classes, nameof(target), _ignored);
    }

    private static void CheckShapes(ReadOnlySpan<nint> output, ReadOnlySpan<nint> target)
    {
        if (output.Length != 2 || target.Length != 1 || target[0] != output[0])
        {
            throw new ArgumentException(
                $"The output is {Shape.Describe(output)} and the labels are {Shape.Describe(target)}; expected [N, classes] and [N].",
                nameof(target));
        }
    }
}
