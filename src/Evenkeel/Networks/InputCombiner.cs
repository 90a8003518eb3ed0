using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Combines the inputs of a node of a graph.</summary>
/// <param name="node">The node.</param>
internal abstract class InputCombiner(GraphNode node)
{
    /// <summary>The node.</summary>
    protected GraphNode Node => node;

    /// <summary>Creates what combines the inputs of a node.</summary>
    public static InputCombiner Of(GraphNode node) => node.Combination switch
    {
        Combination.Product => new ProductCombiner(node),
        Combination.Concatenation => new ConcatenationCombiner(node),
        _ => new SumCombiner(node),
    };

    /// <summary>The shape of the combination.</summary>
    /// <param name="inputs">The shapes of the inputs, two or more.</param>
    /// <param name="parameter">The name of the parameter that an exception is about.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public abstract nint[] Shape(ReadOnlySpan<nint[]> inputs, string parameter);

    /// <summary>Combines the inputs.</summary>
    /// <param name="inputs">Two or more, which stay unchanged until the backward pass.</param>
    /// <exception cref="ArgumentException">Their shapes do not fit each other.</exception>
    public abstract Tensor<float> Forward(ReadOnlySpan<Tensor<float>> inputs);

    /// <summary>Computes the gradient of an input.</summary>
    /// <param name="gradient">The gradient of the combination.</param>
    /// <param name="inputs">The inputs of the forward pass.</param>
    /// <param name="index">The number of the input.</param>
    /// <returns>The gradient of the input, which may be that of the combination itself.</returns>
    public abstract Tensor<float> Backward(Tensor<float> gradient, ReadOnlySpan<Tensor<float>> inputs, int index);

    /// <summary>Uses the memory of a network.</summary>
    public abstract void DrawFrom(NetworkMemory memory);

    /// <summary>An exception about two inputs whose shapes do not fit.</summary>
    protected ArgumentException Refused(
        string what, ReadOnlySpan<nint> first, int index, ReadOnlySpan<nint> other, string rule, string parameter) =>
        new(
            $"'{node.Name}' reads the {what} of '{node.Inputs[0]}' {Layers.Shape.Describe(first)} and '{node.Inputs[index]}' "
            + $"{Layers.Shape.Describe(other)}; {rule}.",
            parameter);
}
