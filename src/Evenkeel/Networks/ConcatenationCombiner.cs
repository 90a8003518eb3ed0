using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>The inputs one after the other along an axis; the gradient of each is its part of dy.</summary>
/// <param name="node">The node.</param>
internal sealed class ConcatenationCombiner(GraphNode node) : InputCombiner(node)
{
    private readonly ReusableTensor _whole = new();
    private readonly ReusableTensor[] _parts = [.. node.Inputs.Select(_ => new ReusableTensor())];

    /// <inheritdoc/>
    public override nint[] Shape(ReadOnlySpan<nint[]> inputs, string parameter)
    {
        nint[] shape = [.. inputs[0]];
        int axis = Axis(shape, parameter);
        for (int k = 1; k < inputs.Length; k++)
        {
            Check(inputs[0], k, inputs[k], axis, parameter);
            shape[axis] += inputs[k][axis];
        }

        return shape;
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(ReadOnlySpan<Tensor<float>> inputs)
    {
        ReadOnlySpan<nint> first = inputs[0].Lengths;
        int axis = Axis(first, "input");
        Span<nint> lengths = stackalloc nint[first.Length];
        first.CopyTo(lengths);
        for (int k = 1; k < inputs.Length; k++)
        {
            Check(first, k, inputs[k].Lengths, axis, "input");
            lengths[axis] += inputs[k].Lengths[axis];
        }

        Tensor<float> whole = _whole.Get(lengths);
        int rows = Rows(first, axis), start = 0;
        foreach (Tensor<float> input in inputs)
        {
            ReadOnlySpan<float> part = input.Elements();
            RowSlices.Write(part, rows, whole.Elements(), start);
            start += part.Length / rows;
        }

        return whole;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> gradient, ReadOnlySpan<Tensor<float>> inputs, int index)
    {
        ReadOnlySpan<nint> lengths = inputs[index].Lengths;
        int rows = Rows(lengths, Axis(lengths, "input")), start = 0;
        for (int k = 0; k < index; k++)
        {
            start += (int)inputs[k].FlattenedLength / rows;
        }

        Tensor<float> part = _parts[index].Get(lengths);
        RowSlices.Read(gradient.Elements(), rows, start, part.Elements());
        return part;
    }

    /// <inheritdoc/>
    public override void DrawFrom(NetworkMemory memory)
    {
        _whole.DrawFrom(memory.Outputs);
        Array.ForEach(_parts, part => part.DrawFrom(memory.Gradients));
    }

    private int Axis(ReadOnlySpan<nint> lengths, string parameter)
    {
        int axis = Node.Axis < 0 ? Node.Axis + lengths.Length : Node.Axis;
        return axis >= 1 && axis < lengths.Length
            ? axis
            : throw new ArgumentException(
                $"'{Node.Name}' concatenates along axis {Node.Axis}; '{Node.Inputs[0]}' is {Layers.Shape.Describe(lengths)}.", parameter);
    }

    private void Check(ReadOnlySpan<nint> first, int index, ReadOnlySpan<nint> other, int axis, string parameter)
    {
        if (first.Length != other.Length || !first[..axis].SequenceEqual(other[..axis])
            || !first[(axis + 1)..].SequenceEqual(other[(axis + 1)..]))
        {
            throw Refused(
                "concatenation", first, index, other, $"they must have the same shape but for axis {Node.Axis}", parameter);
        }
    }

    /// <summary>The number of rows in which the elements of an input are adjacent in the whole.</summary>
    private static int Rows(ReadOnlySpan<nint> lengths, int axis) => (int)TensorPrimitives.Product(lengths[..axis]);
}
