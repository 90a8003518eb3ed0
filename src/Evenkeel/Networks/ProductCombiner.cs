using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>
/// y = a·b, element by element, or with a factor of b for each channel of each sample of a; da = dy·b, db = dy·a, summed over the elements
/// of the channel.
/// </summary>
/// <param name="node">The node.</param>
internal sealed class ProductCombiner(GraphNode node) : InputCombiner(node)
{
    private readonly ReusableTensor _product = new();
    private readonly ReusableTensor[] _gradients = [new(), new()];
    private double[] _zeros = [];
    private GradientSums[] _sums = [];

    /// <inheritdoc/>
    public override nint[] Shape(ReadOnlySpan<nint[]> inputs, string parameter) =>
        inputs[Larger(inputs[0], inputs[1], parameter)];

    /// <inheritdoc/>
    public override Tensor<float> Forward(ReadOnlySpan<Tensor<float>> inputs)
    {
        int larger = Larger(inputs[0].Lengths, inputs[1].Lengths, "input");
        Tensor<float> product = _product.Get(inputs[larger].Lengths);
        Multiply(inputs[larger], inputs[1 - larger], product);
        return product;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> gradient, ReadOnlySpan<Tensor<float>> inputs, int index)
    {
        Tensor<float> input = inputs[index], other = inputs[1 - index], result = _gradients[index].Get(input.Lengths);
        if (input.FlattenedLength == gradient.FlattenedLength)
        {
            Multiply(gradient, other, result);
            return result;
        }

        ChannelView view = View(other.Lengths);
        if (_zeros.Length < view.Sets)
        {
            (_zeros, _sums) = (new double[view.Sets], new GradientSums[view.Sets]);
        }

        ChannelProduct.FactorGradients(
            gradient.Elements(), other.Elements(), view, _zeros.AsSpan(0, view.Sets), _sums.AsSpan(0, view.Sets), result.Elements());
        return result;
    }

    /// <inheritdoc/>
    public override void DrawFrom(NetworkMemory memory)
    {
        _product.DrawFrom(memory.Outputs);
        Array.ForEach(_gradients, gradient => gradient.DrawFrom(memory.Gradients));
    }

    private void Multiply(Tensor<float> a, Tensor<float> b, Tensor<float> product)
    {
        if (a.FlattenedLength == b.FlattenedLength)
        {
            Product.Apply(a.Elements(), b.Elements(), product.Elements());
            return;
        }

        ChannelProduct.Multiply(a.Elements(), View(a.Lengths), b.Elements(), product.Elements());
    }

    private ChannelView View(ReadOnlySpan<nint> lengths) => ChannelView.PerSample(lengths, Node.Axis);

    /// <summary>The number of the input that has the shape of the product.</summary>
    private int Larger(ReadOnlySpan<nint> first, ReadOnlySpan<nint> second, string parameter) =>
        first.SequenceEqual(second) || HasFactors(first, second) ? 0
        : HasFactors(second, first) ? 1
        : throw Refused(
            "product",
            first,
            1,
            second,
            $"they must have the same shape, or one must have a factor for each channel of axis {Node.Axis}",
            parameter);

    /// <summary>True if a shape is that of a factor for each channel of each sample.</summary>
    private bool HasFactors(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> factors)
    {
        int axis = Node.Axis < 0 ? Node.Axis + lengths.Length : Node.Axis;
        if (axis < 1 || axis >= lengths.Length || factors.Length < 2 || factors[0] != lengths[0])
        {
            return false;
        }

        if (factors.Length == 2)
        {
            return factors[1] == lengths[axis];
        }

        if (factors.Length != lengths.Length)
        {
            return false;
        }

        for (int i = 1; i < factors.Length; i++)
        {
            if (factors[i] != (i == axis ? lengths[axis] : 1))
            {
                return false;
            }
        }

        return true;
    }
}
