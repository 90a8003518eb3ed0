using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>Puts the axes of a tensor in another order: axis i of y is axis pᵢ of x.</summary>
/// <remarks>
/// <para>Backward: dx has the axes of dy in the order that p reverses.</para>
/// <para>Shapes: [N, *], with as many axes as p. (0, 3, 1, 2) makes images [N, C, H, W] of [N, H, W, C].</para>
/// </remarks>
public sealed class Permute : Layer
{
    private readonly int[] _axes;
    private readonly int[] _inverse;

    /// <summary>Creates the layer.</summary>
    /// <param name="axes">p: each axis once, that of the samples, 0, first.</param>
    /// <exception cref="ArgumentException">An axis is missing, or the first is not 0.</exception>
    public Permute(params ReadOnlySpan<int> axes)
    {
        _axes = axes.ToArray();
        _inverse = new int[_axes.Length];
        if (_axes is not [0, ..] || !_axes.Order().SequenceEqual(Enumerable.Range(0, _axes.Length)))
        {
            throw new ArgumentException(
                $"The axes are ({string.Join(", ", _axes)}); they must be 0 and then the other axes, each once.", nameof(axes));
        }

        for (int i = 0; i < _axes.Length; i++)
        {
            _inverse[_axes[i]] = i;
        }
    }

    /// <summary>p: the axis of x that each axis of y is.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        Span<nint> lengths = stackalloc nint[_axes.Length];
        Order(input.Lengths, _axes, lengths);
        Tensor<float> output = OutputMemory.Get(lengths);
        AxisOrder.Copy(input.Elements(), input.Lengths, _axes, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        var lengths = new nint[_axes.Length];
        Order(input, _axes, lengths);
        return lengths;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Span<nint> lengths = stackalloc nint[_axes.Length];
        Order(outputGradient.Lengths, _inverse, lengths);
        Tensor<float> gradient = InputGradients.Get(lengths);
        AxisOrder.Copy(outputGradient.Elements(), outputGradient.Lengths, _inverse, gradient.Elements());
        return gradient;
    }

    private void Order(ReadOnlySpan<nint> input, int[] axes, Span<nint> lengths)
    {
        if (input.Length != axes.Length)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; this layer puts {axes.Length} axes in the order ({string.Join(", ", _axes)}).",
                nameof(input));
        }

        for (int i = 0; i < axes.Length; i++)
        {
            lengths[i] = input[axes[i]];
        }
    }
}
