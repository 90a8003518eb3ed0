using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Layers;

/// <summary>An embedding of each column of a table that holds categories, beside the other columns.</summary>
/// <remarks>
/// <para>
/// y = (the columns without categories in their order, W₀[x₀], W₁[x₁], …), where xᵢ is the value of the i-th listed column. Backward:
/// dWᵢ[xᵢ] += dy of its columns, in the order of the samples; dx is dy for the columns that are passed on, and 0 for codes.
/// </para>
/// <para>
/// Shapes: x [N, F], Wᵢ [categories, dimension] of each of the C listed columns, y [N, F − C + Σ dimensions]. The listed columns hold whole
/// numbers from 0 to categories − 1.
/// </para>
/// <para>Source: Guo and Berkhahn, "Entity Embeddings of Categorical Variables", 2016, arXiv 1604.06737.</para>
/// </remarks>
public sealed class CategoryEmbedding : Layer
{
    /// <summary>The largest dimension of <see cref="DefaultDimension"/>.</summary>
    private const int LargestDefault = 50;

    private readonly CategoryColumn[] _columns;
    private readonly Parameter[] _weights;
    private readonly int[] _sorted;
    private readonly int _dimensions;
    private int[] _codes = [];
    private Tensor<float>? _input;

    /// <summary>Creates a layer and draws its vectors.</summary>
    /// <param name="columns">The columns with categories, in the order of their vectors in the output; at least one, each once.</param>
    /// <param name="random">The source of the random numbers for the vectors; the layer takes one stream of it per column.</param>
    /// <param name="weights">
    /// The initializer, for which a dimension is the fan-in and a number of categories the fan-out, as in PyTorch; if null, a normal
    /// distribution of standard deviation 1.
    /// </param>
    /// <exception cref="ArgumentException">There are no columns, or one is listed twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column's index is negative, its number of categories is below 1 or above 2²⁴, its dimension is below 1, or its vectors exceed an
    /// array.
    /// </exception>
    public CategoryEmbedding(IReadOnlyList<CategoryColumn> columns, RandomSource random, Initializer? weights = null)
        : this(columns)
    {
        ArgumentNullException.ThrowIfNull(random);
        Array.ForEach(_weights, weight => EmbeddingTable.Fill(weight, weights, random));
    }

    /// <summary>Creates a layer with all vectors 0.</summary>
    internal CategoryEmbedding(IReadOnlyList<CategoryColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        if (_columns.Length == 0)
        {
            throw new ArgumentException("There is no column with categories.", nameof(columns));
        }

        foreach (CategoryColumn column in _columns)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(column.Column, nameof(columns));
            EmbeddingTable.Check(column.Categories, column.Dimension, nameof(columns), nameof(columns));
        }

        _sorted = [.. _columns.Select(column => column.Column).Order()];
        if (_sorted.Distinct().Count() < _sorted.Length)
        {
            throw new ArgumentException(
                $"The columns are {string.Join(", ", _columns.Select(column => column.Column))}; each can be listed once.",
                nameof(columns));
        }

        _weights = [.. _columns.Select((column, i) => new Parameter([column.Categories, column.Dimension], WeightName(i)))];
        _dimensions = checked(_columns.Sum(column => column.Dimension));
    }

    /// <summary>The columns with categories, in the order of their vectors in the output.</summary>
    public IReadOnlyList<CategoryColumn> Columns => _columns;

    /// <summary>Wᵢ, the vectors of each of <see cref="Columns"/>: <c>embeddings.0.weight</c>, shape [categories, dimension].</summary>
    public override IReadOnlyList<Parameter> Parameters => _weights;

    /// <summary>A usual length of the vectors for a number of categories: min(50, ⌊(categories + 1)/2⌋).</summary>
    /// <remarks>
    /// Source: fast.ai, "Practical Deep Learning for Coders", 2018, lesson 3: Rossmann's sales. Later versions of fastai use
    /// min(600, 1.6·categories^0.56).
    /// </remarks>
    /// <param name="categories">The number of categories, at least 1.</param>
    /// <returns>The length, from 1 to 50.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="categories"/> is below 1.</exception>
    public static int DefaultDimension(int categories)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(categories, 1);
        return Math.Min(LargestDefault, categories / 2 + categories % 2);
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        CheckShape(input);
        return [input[0], Width(input)];
    }

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        CheckShape(input.Lengths);
        _input = input;
        int rows = Rows, features = (int)input.Lengths[1];
        Tensor<float> output = OutputMemory.Get([rows, Width(input.Lengths)]);
        ReadOnlySpan<float> x = input.Elements();
        Span<float> y = output.Elements();
        int length = checked(_columns.Length * rows);
        if (_codes.Length < length)
        {
            _codes = new int[length];
        }

        int start = CopyOthers(x, features, y, isBackward: false);
        for (int i = 0; i < _columns.Length; i++)
        {
            CategoryColumn column = _columns[i];
            if (CategoryCodes.Convert(x, column.Column, features, column.Categories, CodesOf(i)) is (var wrong, var value))
            {
                throw EmbeddingTable.NotACode(value, [wrong, column.Column], column.Categories, nameof(input));
            }

            EmbeddingRows.Gather(_weights[i].Values, column.Dimension, CodesOf(i), y, start);
            start += column.Dimension;
        }

        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> inputGradient = InputGradients.Get(_input!.Lengths);
        Span<float> dx = inputGradient.Elements();
        dx.Clear();
        CopyOthers(outputGradient.Elements(), (int)_input.Lengths[1], dx, isBackward: true);
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        int start = (int)_input!.Lengths[1] - _columns.Length;
        for (int i = 0; i < _columns.Length; i++)
        {
            EmbeddingRows.AddGradients(outputGradient.Elements(), start, CodesOf(i), _columns[i].Dimension, _weights[i].Gradients);
            start += _columns[i].Dimension;
        }
    }

    /// <summary>The name of a parameter.</summary>
    internal static string WeightName(int index) => Invariant($"embeddings.{index}.weight");

    private int Rows => (int)_input!.Lengths[0];

    private Span<int> CodesOf(int i) => _codes.AsSpan(i * Rows, Rows);

    private nint Width(ReadOnlySpan<nint> input) => input[1] - _columns.Length + _dimensions;

    /// <summary>Lists the columns without categories as their first and the number that follow each other.</summary>
    internal IEnumerable<(int First, int Count)> Others(int features)
    {
        int next = 0;
        foreach (int column in _sorted.Append(features))
        {
            if (column > next)
            {
                yield return (next, column - next);
            }

            next = column + 1;
        }
    }

    /// <summary>Copies the columns without categories to the first of the output, or back.</summary>
    /// <returns>Their number.</returns>
    private int CopyOthers(ReadOnlySpan<float> source, int features, Span<float> target, bool isBackward)
    {
        int next = 0, copied = 0;
        for (int i = 0; i <= _sorted.Length; i++)
        {
            int column = i < _sorted.Length ? _sorted[i] : features, count = column - next;
            (int from, int to) = isBackward ? (copied, next) : (next, copied);
            RowSlices.Copy(source, from, target, to, Rows, count);
            copied += count;
            next = column + 1;
        }

        return copied;
    }

    private void CheckShape(ReadOnlySpan<nint> input)
    {
        if (input.Length != 2 || input[1] <= _sorted[^1])
        {
            throw new ArgumentException(
                Invariant($"The input is {Shape.Describe(input)}; this layer takes [N, F], of at least {_sorted[^1] + 1L} columns."),
                nameof(input));
        }
    }
}
