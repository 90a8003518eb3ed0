using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// The base of the normalizers over the trailing axes, with a weight and a bias per position. A set is a row: all elements of
/// one sample, or of one position of it.
/// </summary>
public abstract class RowNormalization : SetNormalization
{
    private readonly nint[] _shape;
    private readonly int _length;
    private AlignedBuffer? _ones;
    private AlignedBuffer? _zeros;
    private readonly Parameter[] _parameters;
    private AffineGradients[] _affineGradients = [];

    private protected RowNormalization(ReadOnlySpan<int> shape, double epsilon, bool weight, bool bias)
        : base(epsilon)
    {
        _shape = CheckShape(shape);
        _length = (int)TensorPrimitives.Product<nint>(_shape);
        Weight = weight ? new Parameter("weight", _shape) : null;
        Weight?.Values.Fill(1);
        Bias = bias ? new Parameter("bias", _shape) : null;
        _parameters = [.. new[] { Weight, Bias }.OfType<Parameter>()];
    }

    /// <summary>γ, of the normalized shape; null without it.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, of the normalized shape; null without it.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The lengths of the last axes, over which the layer normalizes.</summary>
    public IReadOnlyList<nint> NormalizedShape => _shape;

    private ReadOnlySpan<float> Weights => Weight is null ? (_ones ??= Filled(1)).Span : Weight.Values;

    /// <summary>
    /// As <see cref="Layer.Forward"/>, over the elements that a mask keeps: the others are ignored in
    /// statistics and gradients, even if NaN, and their outputs are 0, as are those of a row without kept elements.
    /// </summary>
    /// <param name="input">The input, dense.</param>
    /// <param name="mask">
    /// True where elements are kept: the input's first axes, one or more, and an element of the mask stands for all that lies
    /// behind it.
    /// </param>
    /// <param name="pass">Whether this is training or inference, which are the same here.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input does not fit, or the mask does not have the shape of its first axes.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardMasked(input, mask, pass);

    /// <summary>Whether the mean of a row is subtracted; otherwise the row is divided by its root mean square.</summary>
    private protected abstract bool SubtractsMean { get; }

    /// <inheritdoc/>
    protected sealed override double InvStd(double variance) => base.InvStd(variance);

    /// <inheritdoc/>
    protected sealed override void WriteCoefficients(ForwardCoefficients sets)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            double mean = sets.Mean(i);
            double spread = sets.Variance(i) + (SubtractsMean ? 0 : mean * mean);
            double invStd = sets.IsEmpty(i) ? 0 : InvStd(spread);
            sets.Write(i, SubtractsMean ? mean : 0, invStd, scale: 1, shift: 0);
        }
    }

    /// <inheritdoc/>
    protected sealed override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            if (SubtractsMean && sets.Elements(i) <= 1)
            {
                sets.Write(i, 0, 0, 0); // y = β, exactly
                continue;
            }

            double invStd = sets.InvStd(i);
            double factor = invStd / Math.Max(1, sets.Elements(i));
            double meanGradient = SubtractsMean ? factor * sets.GradientSum(i) : 0;
            sets.Write(i, invStd, meanGradient, factor * sets.NormalizedGradientSum(i));
        }
    }

    /// <inheritdoc/>
    private protected sealed override void ReduceAndMap(
        ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments, Epilogue epilogue, Span<float> y)
    {
        var parameters = new RowAffine.Parameters(Weights, Bias is null ? (_zeros ??= Filled(0)).Span : Bias.Values);
        NormalizationForward.Run(x, view, moments, new ForwardBuilder(this), Sets.Affine, parameters, y);
    }

    /// <inheritdoc/>
    private protected sealed override void ReduceAndMapGradient(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx)
    {
        if (_affineGradients.Length == 0 && _parameters.Length > 0)
        {
            _affineGradients = new AffineGradients[_length];
        }

        var reduction = new RowGradientReduction
        {
            Means = Sets.Means,
            InvStds = Sets.InvStds,
            Weight = Weights,
            Sums = Sets.Sums,
            ParameterGradients = _affineGradients,
        };
        NormalizationBackward.Run(dy.Given, x, view, reduction, new BackwardBuilder(this), Sets.AffineGradient, dx);
    }

    /// <inheritdoc/>
    private protected sealed override void AddParameterGradients(ChannelView view) =>
        AffineGradientSums.AddTo(Weight is null ? [] : Weight.Gradients, Bias is null ? [] : Bias.Gradients, _affineGradients);

    /// <inheritdoc/>
    private protected sealed override ChannelView View(Tensor<float> input)
    {
        Shape.CheckInput(input);
        return input.Rank >= _shape.Length && input.Lengths[^_shape.Length..].SequenceEqual(_shape)
            ? new ChannelView((int)input.FlattenedLength / _length, 1, 1, _length)
            : throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; its last lengths must be {Shape.Describe(_shape)}.", nameof(input));
    }

    /// <inheritdoc/>
    private protected sealed override ChannelView MaskView(Tensor<float> input, Tensor<bool> mask)
    {
        if (!mask.IsDense || mask.Rank < 1 || mask.Rank > input.Rank || !input.Lengths[..mask.Rank].SequenceEqual(mask.Lengths))
        {
            throw new ArgumentException(
                $"The mask is {Shape.Describe(mask)}; it must be dense and have the first lengths of the input {Shape.Describe(input)}.",
                nameof(mask));
        }

        int places = (int)mask.FlattenedLength;
        return new ChannelView(places, (int)input.FlattenedLength / places, 1);
    }

    private AlignedBuffer Filled(float value)
    {
        var buffer = AlignedBuffer.Of(_length);
        buffer.Span.Fill(value);
        return buffer;
    }

    private static nint[] CheckShape(ReadOnlySpan<int> shape, string name = "shape")
    {
        if (shape.IsEmpty || shape.ContainsAnyExceptInRange(1, int.MaxValue))
        {
            throw new ArgumentException("The normalized shape must have one or more lengths, each at least 1.", name);
        }

        long length = 1;
        foreach (int axis in shape)
        {
            length = length * axis <= int.MaxValue
                ? length * axis
                : throw new ArgumentException("The normalized shape has more than 2,147,483,647 elements.", name);
        }

        return Array.ConvertAll(shape.ToArray(), static length => (nint)length);
    }
}
