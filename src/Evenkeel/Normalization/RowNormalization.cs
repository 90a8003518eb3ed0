using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// What the normalizers over the trailing axes share: shapes, weights that differ from element to element, memory, and the
/// order of the steps. A set is a "row": all elements of one sample (or of one place of it).
/// </summary>
public abstract class RowNormalization : Layer
{
    private readonly nint[] _shape;
    private readonly double _epsilon;
    private readonly int _length;
    private readonly float[] _ones;
    private readonly float[] _zeros;
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _outputs = new();
    private readonly ReusableTensor _gradients = new();
    private readonly KeptElements _kept = new();
    private readonly SetNormalizer _normalizer = new();
    private readonly GradientSums[] _weightSums;
    private readonly SetMoments _moments = new();
    private Tensor<float>? _input;
    private Tensor<float>? _output;
    private bool _masked;

    private protected RowNormalization(ReadOnlySpan<int> shape, double epsilon, bool weight, bool bias)
    {
        _epsilon = Epsilon.Check(epsilon);
        _shape = CheckShape(shape);
        _length = (int)TensorPrimitives.Product<nint>(_shape);
        _ones = new float[_length];
        _ones.AsSpan().Fill(1);
        _zeros = new float[_length];
        _weightSums = new GradientSums[_length];
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

    private ReadOnlySpan<float> Weights => Weight is null ? _ones : Weight.Values;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input's last axes are not the normalized shape, it has no elements, or it is not dense.</exception>
    public sealed override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        CheckInput(input);
        _masked = false;
        return Forward(input, input.Elements());
    }

    /// <summary>As <see cref="Forward(Tensor{float}, Pass)"/>, over the elements that a mask keeps: the others have no part in statistics or gradients, be they NaN, and their outputs are 0, as are those of a row of which nothing is kept.</summary>
    /// <param name="input">The input, dense.</param>
    /// <param name="mask">True where elements are kept: the input's first axes, one or more, and an element of the mask stands for all that lies behind it.</param>
    /// <param name="pass">Whether this is training or inference, which are the same here.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input does not fit, or the mask does not have the shape of its first axes.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass)
    {
        CheckInput(input);
        ArgumentNullException.ThrowIfNull(mask);
        if (!mask.IsDense || mask.Rank < 1 || mask.Rank > input.Rank || !input.Lengths[..mask.Rank].SequenceEqual(mask.Lengths))
        {
            throw new ArgumentException(
                $"The mask is {Shape.Describe(mask)}; it must be dense and have the first lengths of the input {Shape.Describe(input)}.",
                nameof(mask));
        }

        int places = (int)mask.FlattenedLength;
        _kept.Set(input, mask, new ChannelView(places, (int)input.FlattenedLength / places, 1));
        _masked = true;
        Tensor<float> output = Forward(input, _kept.Input);
        _kept.Clear(output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public sealed override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        ChannelView view = View(outputGradient);
        Tensor<float> inputGradient = _gradients.Get(outputGradient.Lengths);
        Span<float> dx = inputGradient.Elements();
        ReadOnlySpan<float> dy = outputGradient.Elements();
        ReadOnlySpan<float> x = _input!.Elements();
        if (_masked)
        {
            _kept.Copy(dy, dx);
            dy = dx;
            x = _kept.Input;
        }

        AddParameterGradients(dy, x);
        _normalizer.SumGradients(dy, x, view, Weights);
        for (int row = 0; row < view.Sets; row++)
        {
            double inverse = _normalizer.Inverse(row);
            double share = inverse / Math.Max(1, _moments[row].Count);
            double meanGradient = SubtractsMean ? share * _normalizer.GradientSum(row) : 0;
            _normalizer.SetBackward(row, inverse, meanGradient, share * _normalizer.NormalizedGradientSum(row));
        }

        _normalizer.NormalizeGradient(dy, x, view, Weights, dx);
        if (_masked)
        {
            _kept.Clear(dx);
        }

        return inputGradient;
    }

    /// <summary>The policy: whether a row's mean is subtracted; otherwise it is only scaled, by its mean square.</summary>
    private protected abstract bool SubtractsMean { get; }

    private Tensor<float> Forward(Tensor<float> input, ReadOnlySpan<float> x)
    {
        _output = null; // a pass that fails from here on leaves nothing for Backward to differentiate
        _input = input;
        ChannelView view = View(input);
        ReadOnlySpan<Moments> moments = _moments.Compute(x, view, _masked ? _kept : null);
        _normalizer.Resize(view.Sets);
        for (int row = 0; row < view.Sets; row++)
        {
            double mean = moments[row].Mean;
            double spread = moments[row].PopulationVariance + (SubtractsMean ? 0 : mean * mean);
            double inverse = moments[row].Count == 0 ? 0 : 1 / Math.Sqrt(spread + _epsilon);
            _normalizer.SetForward(row, SubtractsMean ? mean : 0, inverse, scale: 1, shift: 0);
        }

        Tensor<float> output = _outputs.Get(input.Lengths);
        _normalizer.Normalize(x, view, Weights, Bias is null ? _zeros : Bias.Values, output.Elements());
        _output = output;
        return output;
    }

    private void AddParameterGradients(ReadOnlySpan<float> dy, ReadOnlySpan<float> x)
    {
        if (_parameters.Length == 0)
        {
            return;
        }

        _normalizer.SumWeightGradients(dy, x, _weightSums);
        for (int i = 0; i < _length; i++)
        {
            if (Weight is not null)
            {
                Weight.Gradients[i] += (float)_weightSums[i].GradientTimesDeviation;
            }

            if (Bias is not null)
            {
                Bias.Gradients[i] += (float)_weightSums[i].Gradient;
            }
        }
    }

    private ChannelView View(Tensor<float> tensor) => new((int)tensor.FlattenedLength / _length, 1, 1, _length);

    private void CheckInput(Tensor<float> input)
    {
        Shape.CheckInput(input);
        if (input.Rank < _shape.Length || !input.Lengths[^_shape.Length..].SequenceEqual(_shape))
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; its last lengths must be {Shape.Describe(_shape)}.", nameof(input));
        }
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
