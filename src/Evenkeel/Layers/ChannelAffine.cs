using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>A scale and a shift of each channel: y = w·x + b.</summary>
/// <remarks>
/// <para>dw = Σ dy·x, db = Σ dy over the batch and the positions of the channel; dx = w·dy.</para>
/// <para>Shapes: [N, C, *], or, with channel axis −1, [N, *, C]; output as input; w and b [C].</para>
/// </remarks>
public sealed class ChannelAffine : Layer
{
    private readonly Parameter[] _parameters;
    private readonly float[] _zeros;
    private readonly double[] _means;
    private readonly double[] _shifts;
    private readonly double[] _scales;
    private readonly GradientSums[] _sums;
    private Tensor<float>? _input;

    /// <summary>Creates a layer that changes nothing: w is 1, b is 0.</summary>
    /// <param name="channels">The number of channels, at least 1.</param>
    /// <param name="bias">Whether there is a shift b.</param>
    /// <param name="channelAxis">The axis of the channels; not 0, and a negative one counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of channels is below 1, or the axis is 0.</exception>
    public ChannelAffine(int channels, bool bias = true, int channelAxis = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ChannelAxis = Shape.CheckChannelAxis(channelAxis, nameof(channelAxis));
        Channels = channels;
        Weight = new Parameter("weight", channels);
        Weight.Value.Fill(1);
        Bias = bias ? new Parameter("bias", channels) : null;
        _parameters = Bias is null ? [Weight] : [Weight, Bias];
        _zeros = new float[channels];
        (_means, _shifts, _scales) = (new double[channels], new double[channels], new double[channels]);
        _sums = new GradientSums[channels];
    }

    /// <summary>The number of channels.</summary>
    public int Channels { get; }

    /// <summary>The axis of the channels; a negative one counts from the end.</summary>
    public int ChannelAxis { get; }

    /// <summary>w, shape [C].</summary>
    public Parameter Weight { get; }

    /// <summary>b, shape [C]; null without it.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        View(input);
        return input.ToArray();
    }

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        ChannelView view = View(input.Lengths);
        _input = input;
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        ReadOnlySpan<float> shift = Bias is null ? _zeros : Bias.Values;
        NormalizationForward.Map(input.Elements(), view, new(_zeros, Weight.Values, shift), default, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        ChannelProduct.Multiply(outputGradient.Elements(), View(outputGradient.Lengths), Weight.Values, gradient.Elements());
        return gradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        ChannelGradientSums.Compute(
            outputGradient.Elements(), _input!.Elements(), View(outputGradient.Lengths), _means, _sums);
        for (int c = 0; c < _sums.Length; c++)
        {
            (_shifts[c], _scales[c]) = (_sums[c].Gradient, _sums[c].GradientTimesDeviation);
        }

        GradientAccumulation.Add(_scales, Weight.Gradients);
        if (Bias is not null)
        {
            GradientAccumulation.Add(_shifts, Bias.Gradients);
        }
    }

    private ChannelView View(ReadOnlySpan<nint> input)
    {
        int axis = ChannelAxis < 0 ? ChannelAxis + input.Length : ChannelAxis;
        return axis >= 1 && axis < input.Length && input[axis] == Channels
            ? ChannelView.Of(input, axis)
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)}; this layer takes {Channels} channels on axis {ChannelAxis}."),
                nameof(input));
    }
}
