using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>y = Σ xⱼ in the order of the inputs; the gradient of each is dy.</summary>
/// <param name="node">The node.</param>
internal sealed class SumCombiner(GraphNode node) : InputCombiner(node)
{
    private readonly ReusableTensor _sum = new();

    /// <inheritdoc/>
    public override nint[] Shape(ReadOnlySpan<nint[]> inputs, string parameter)
    {
        for (int k = 1; k < inputs.Length; k++)
        {
            Check(inputs[0], k, inputs[k], parameter);
        }

        return inputs[0];
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(ReadOnlySpan<Tensor<float>> inputs)
    {
        Tensor<float> first = inputs[0], sum = _sum.Get(first.Lengths);
        for (int k = 1; k < inputs.Length; k++)
        {
            Check(first.Lengths, k, inputs[k].Lengths, "input");
            Sum.Apply((k == 1 ? first : sum).Elements(), inputs[k].Elements(), relu: false, sum.Elements());
        }

        return sum;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> gradient, ReadOnlySpan<Tensor<float>> inputs, int index) => gradient;

    /// <inheritdoc/>
    public override void DrawFrom(NetworkMemory memory) => _sum.DrawFrom(memory.Outputs);

    private void Check(ReadOnlySpan<nint> first, int index, ReadOnlySpan<nint> other, string parameter)
    {
        if (!first.SequenceEqual(other))
        {
            throw Refused("sum", first, index, other, "they must have the same shape", parameter);
        }
    }
}
