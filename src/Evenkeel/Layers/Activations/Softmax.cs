using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers.Activations;

/// <summary>The softmax along an axis: yᵢ = e^xᵢ/Σ e^xⱼ.</summary>
/// <remarks>
/// <para>dx = y·(dy − Σ dy·y). Exponentials are shifted by the largest x, so that none overflows.</para>
/// <para>Shapes: any, with the axis; that of the samples, 0, is refused.</para>
/// <para>
/// A network that is trained with <c>SoftmaxCrossEntropy</c> ends before it: the loss contains the softmax, and is more exact so.
/// </para>
/// </remarks>
public sealed class Softmax : Layer
{
    private (int Outer, int Count, int Inner) _view;

    /// <summary>Creates the layer.</summary>
    /// <param name="axis">The axis, whose elements sum to 1; a negative one counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis is 0, that of the samples.</exception>
    public Softmax(int axis = -1) => Axis = axis != 0
        ? axis
        : throw new ArgumentOutOfRangeException(nameof(axis), axis, "The axis cannot be 0, the axis of the samples.");

    /// <summary>The axis.</summary>
    public int Axis { get; }

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _view = View(input.Lengths);
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        SoftmaxAxis.Forward(input.Elements(), _view.Outer, _view.Count, _view.Inner, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        View(input);
        return input.ToArray();
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        SoftmaxAxis.Backward(
            outputGradient.Elements(), LastOutput!.Elements(), _view.Outer, _view.Count, _view.Inner, gradient.Elements());
        return gradient;
    }

    private (int Outer, int Count, int Inner) View(ReadOnlySpan<nint> input)
    {
        int axis = Axis < 0 ? Axis + input.Length : Axis;
        if (axis < 1 || axis >= input.Length)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)}; axis {Axis} is not one of those behind the samples."),
                nameof(input));
        }

        return (
            (int)TensorPrimitives.Product(input[..axis]),
            (int)input[axis],
            (int)TensorPrimitives.Product<nint>([1, .. input[(axis + 1)..]]));
    }
}
