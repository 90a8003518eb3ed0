using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// What the normalizers with one scale γ and shift β per channel share: shapes, parameters, memory, and the order of the
/// steps. Each of them adds its policy: which elements share statistics, and where these come from.
/// </summary>
public abstract class ChannelNormalization : Layer
{
    private readonly int _axis;
    private readonly double _epsilon;
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _outputs = new();
    private readonly ReusableTensor _gradients = new();
    private readonly KeptElements _kept = new();
    private Tensor<float>? _input;
    private Tensor<float>? _output;
    private readonly SetMoments _moments = new();
    private bool _masked;

    private protected ChannelNormalization(int channels, double epsilon, bool affine, int axis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _axis = Shape.CheckChannelAxis(axis, "options");
        _epsilon = Epsilon.Check(epsilon);
        Channels = channels;
        if (affine)
        {
            Weight = new Parameter("weight", channels);
            Weight.Values.Fill(1);
            Bias = new Parameter("bias", channels);
        }

        _parameters = Weight is not null && Bias is not null ? [Weight, Bias] : [];
    }

    /// <summary>The number of channels C.</summary>
    public int Channels { get; }

    /// <summary>γ, shape [C]; null without affine parameters.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, shape [C]; null without affine parameters.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>What normalizes each set, once the policy has set it up.</summary>
    private protected SetNormalizer Normalizer { get; set; } = new();

    /// <summary>Whether the last forward pass normalized by constants, so that x has no part in the gradient.</summary>
    private protected bool StatisticsAreConstant { get; set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input has no rank of 2 or more, no channel axis, another number of channels, no elements, too few values for the
    /// statistics that are wanted, or is not dense.
    /// </exception>
    public sealed override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        ChannelView view = View(input);
        _masked = false;
        return Forward(input, input.Elements(), view, pass);
    }

    /// <summary>As <see cref="Forward(Tensor{float}, Pass)"/>, over the elements that a mask keeps.</summary>
    private protected Tensor<float> ForwardKept(Tensor<float> input, Tensor<bool> mask, Pass pass)
    {
        ChannelView view = View(input);
        _kept.Set(input, mask, Places(input, mask));
        _masked = true;
        Tensor<float> output = Forward(input, _kept.Input, view, pass);
        _kept.Clear(output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public sealed override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        ChannelView view = ViewOf(outputGradient.Lengths, _axis);
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

        Backward(dy, x, view, dx);
        if (_masked)
        {
            _kept.Clear(dx);
        }

        return inputGradient;
    }

    /// <summary>The view in which the sets of this normalizer lie.</summary>
    private protected abstract ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis);

    /// <summary>The policy, forward: says for each set how it is normalized (<see cref="SetNormalizer.SetForward"/>).</summary>
    private protected abstract void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass);

    /// <summary>
    /// The policy, backward: adds to the parameters' gradients and says for each set how its gradient is
    /// (<see cref="SetNormalizer.SetBackward"/>), given its Σdy and Σdy·x̂.
    /// </summary>
    private protected abstract void Differentiate(ChannelView view);

    /// <summary>Normalizes elements, of which one or several views make up the input.</summary>
    private protected virtual void Forward(ReadOnlySpan<float> x, ChannelView view, Pass pass, Span<float> y)
    {
        Normalizer.Resize(view.Sets);
        Prepare(x, view, pass);
        Normalizer.Normalize(x, view, y);
    }

    /// <summary>Differentiates <see cref="Forward(ReadOnlySpan{float}, ChannelView, Pass, Span{float})"/>.</summary>
    private protected virtual void Backward(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx)
    {
        Normalizer.SumGradients(dy, x, view);
        Differentiate(view);
        if (StatisticsAreConstant)
        {
            Normalizer.ScaleGradient(dy, view, dx);
        }
        else
        {
            Normalizer.NormalizeGradient(dy, x, view, dx);
        }
    }

    /// <summary>Takes Σdy and Σdy·x̂ of the last forward pass without going on to gradients.</summary>
    private protected void SumGradients(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        Normalizer.SumGradients(outputGradient.Elements(), _input!.Elements(), ViewOf(outputGradient.Lengths, _axis));
    }

    /// <summary>The moments of each set of this batch, of the kept elements where there is a mask.</summary>
    private protected Span<Moments> ComputeMoments(ReadOnlySpan<float> x, ChannelView view) =>
        _moments.Compute(x, view, _masked ? _kept : null);

    /// <summary>The number of samples in the input of this pass.</summary>
    private protected int Samples => (int)_input!.Lengths[0];

    /// <summary>An exception that says what is wrong with the input of this pass.</summary>
    private protected ArgumentException InputRefused(string problem, string name = "input") =>
        new($"The {name} {Shape.Describe(_input!)} {problem}", name);

    /// <summary>1/√(variance + ε).</summary>
    private protected double InverseDeviation(double variance) => 1 / Math.Sqrt(variance + _epsilon);

    /// <summary>γ of a channel.</summary>
    private protected double Gamma(int channel) => Weight is null ? 1 : Weight.Values[channel];

    /// <summary>β of a channel.</summary>
    private protected double Beta(int channel) => Bias is null ? 0 : Bias.Values[channel];

    /// <summary>Adds Σdy·x̂ and Σdy over all samples to the gradients of γ and β.</summary>
    private protected void AddParameterGradients(ChannelView view)
    {
        for (int c = 0; c < Channels; c++)
        {
            double weightGradient = 0, biasGradient = 0;
            for (int set = c; set < view.Sets; set += Channels)
            {
                weightGradient += Normalizer.NormalizedGradientSum(set);
                biasGradient += Normalizer.GradientSum(set);
            }

            AddParameterGradients(c, weightGradient, biasGradient);
        }
    }

    /// <summary>dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)], each set with the mean over its own elements.</summary>
    private protected void SetBatchGradients(ChannelView view)
    {
        for (int set = 0; set < view.Sets; set++)
        {
            double scale = Gamma(set % Channels) * Normalizer.Inverse(set);
            double share = scale / view.PerSet;
            Normalizer.SetBackward(set, scale, share * Normalizer.GradientSum(set), share * Normalizer.NormalizedGradientSum(set));
        }
    }

    /// <summary>Adds to the gradients of γ and β of a channel.</summary>
    private protected void AddParameterGradients(int channel, double weightGradient, double biasGradient)
    {
        if (Weight is not null && Bias is not null)
        {
            Weight.Gradients[channel] += (float)weightGradient;
            Bias.Gradients[channel] += (float)biasGradient;
        }
    }

    private Tensor<float> Forward(Tensor<float> input, ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        _output = null; // a pass that fails from here on leaves nothing for Backward to differentiate
        _input = input;
        Tensor<float> output = _outputs.Get(input.Lengths);
        Forward(x, view, pass, output.Elements());
        _output = output;
        return output;
    }

    /// <summary>Checks an input and gives its view.</summary>
    private protected ChannelView View(Tensor<float> input)
    {
        Shape.CheckInput(input);
        if (input.Rank < 2)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; this normalization takes [N, C] or [N, C, *].", nameof(input));
        }

        if (_axis == -input.Rank)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)}; axis {_axis}, on which this layer's channels are, is that of its samples."),
                nameof(input));
        }

        if (_axis >= input.Rank || _axis < -input.Rank)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)} and has no axis {_axis}, on which this layer's channels are."),
                nameof(input));
        }

        ChannelView view = ViewOf(input.Lengths, _axis);
        return view.Channels == Channels
            ? view
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input {Shape.Describe(input)} has {view.Channels} channels; this layer normalizes {Channels}."),
                nameof(input));
    }

    private ChannelView Places(Tensor<float> input, Tensor<bool> mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        int axis = _axis < 0 ? _axis + input.Rank : _axis;
        ReadOnlySpan<nint> lengths = input.Lengths;
        if (!mask.IsDense || !mask.Lengths[..Math.Min(axis, mask.Rank)].SequenceEqual(lengths[..axis])
            || !mask.Lengths[axis..].SequenceEqual(lengths[(axis + 1)..]))
        {
            throw new ArgumentException(
                $"The mask is {Shape.Describe(mask)}; it must be dense and have the shape of the input {Shape.Describe(input)} without its channels.",
                nameof(mask));
        }

        return ChannelView.Of(lengths, axis);
    }
}
