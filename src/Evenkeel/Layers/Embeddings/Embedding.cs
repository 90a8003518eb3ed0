using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>A table of vectors, one per category, such as the words of a vocabulary: y = W[x].</summary>
/// <remarks>
/// <para>Backward: dW[x] += dy, in the order of the samples; dx = 0, since a code has no derivative.</para>
/// <para>
/// Shapes: x [N, *], W [categories, dimension], y [N, *, dimension]. The elements of x are whole numbers from 0 to categories − 1.
/// </para>
/// <para>
/// Source: Bengio et al., "A Neural Probabilistic Language Model", JMLR 3, 2003. As PyTorch's <c>nn.Embedding</c> without its options.
/// </para>
/// </remarks>
public sealed class Embedding : Layer
{
    private readonly Parameter[] _parameters;
    private int[] _codes = [];
    private Tensor<float>? _input;

    /// <summary>Creates a layer and draws its vectors.</summary>
    /// <param name="categories">The number of categories, from 1 to 2²⁴: floats hold these codes exactly.</param>
    /// <param name="dimension">The length of a category's vector, at least 1.</param>
    /// <param name="random">The source of the random numbers for the vectors; the layer takes one stream of it.</param>
    /// <param name="weights">
    /// The initializer, for which the dimension is the fan-in and the number of categories the fan-out, as in PyTorch; if null, a normal
    /// distribution of standard deviation 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="categories"/> is below 1 or above 2²⁴, <paramref name="dimension"/> is below 1, or the vectors exceed an array.
    /// </exception>
    public Embedding(int categories, int dimension, RandomSource random, Initializer? weights = null)
        : this(categories, dimension)
    {
        ArgumentNullException.ThrowIfNull(random);
        EmbeddingTable.Fill(Weight, weights, random);
    }

    /// <summary>Creates a layer with all vectors 0.</summary>
    internal Embedding(int categories, int dimension)
    {
        EmbeddingTable.Check(categories, dimension, nameof(categories), nameof(dimension));
        Categories = categories;
        Dimension = dimension;
        Weight = new Parameter("weight", categories, dimension);
        _parameters = [Weight];
    }

    /// <summary>The number of categories.</summary>
    public int Categories { get; }

    /// <summary>The length of a category's vector.</summary>
    public int Dimension { get; }

    /// <summary>W, the vectors, shape [categories, dimension].</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) => input.IsEmpty
        ? throw new ArgumentException("The input is []; this layer takes [N, *].", nameof(input))
        : [.. input, Dimension];

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _input = input;
        Span<nint> lengths = stackalloc nint[input.Rank + 1];
        input.Lengths.CopyTo(lengths);
        lengths[^1] = Dimension;
        Tensor<float> output = OutputMemory.Get(lengths);
        int count = (int)input.FlattenedLength;
        if (_codes.Length < count)
        {
            _codes = new int[count];
        }

        if (CategoryCodes.Convert(input.Elements(), 0, 1, Categories, _codes.AsSpan(0, count)) is (var wrong, var value))
        {
            throw EmbeddingTable.NotACode(value, EmbeddingTable.Position(wrong, input.Lengths), Categories, nameof(input));
        }

        EmbeddingRows.Gather(Weight.Values, Dimension, _codes.AsSpan(0, count), output.Elements(), start: 0);
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> inputGradient = InputGradients.Get(_input!.Lengths);
        inputGradient.Elements().Clear();
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient) => EmbeddingRows.AddGradients(
        outputGradient.Elements(), 0, _codes.AsSpan(0, (int)_input!.FlattenedLength), Dimension, Weight.Gradients);
}
