using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>A convolution, of images or of sequences.</summary>
public abstract class ConvolutionLayer : Layer, IChannelwiseLinear, IEpilogueHost
{
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _gates = new();
    private readonly double[] _biasSums;
    private readonly Extent _kernel;
    private readonly Conv2dOptions _settings;
    private readonly bool _channelLast;
    private readonly bool _isSequence;
    private double[] _imageSums = [];
    private ConvolutionShape _shape;
    private Tensor<float>? _input;
    private bool _rectified;

    /// <summary>Creates a layer with all weights 0.</summary>
    private protected ConvolutionLayer(int inputs, int outputs, Extent kernel, Conv2dOptions options, bool isSequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        _kernel = Extent.Check(kernel, 1, nameof(kernel));
        _settings = options;
        Extent.Check(options.Stride, 1, nameof(options));
        Padding.Check(options.Padding, nameof(options));
        Extent.Check(options.Dilation, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Groups, 1, nameof(options));
        if (inputs % options.Groups != 0 || outputs % options.Groups != 0)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{options.Groups} groups do not divide {inputs} channels in and {outputs} channels out."),
                nameof(options));
        }

        Inputs = inputs;
        Outputs = outputs;
        _isSequence = isSequence;
        _channelLast = isSequence
            ? ImageShape.IsChannelLastOfSequences(options.ChannelAxis, nameof(options))
            : ImageShape.IsChannelLast(options.ChannelAxis, nameof(options));
        Weight = isSequence
            ? new Parameter("weight", outputs, inputs / options.Groups, kernel.Width)
            : new Parameter("weight", outputs, inputs / options.Groups, kernel.Height, kernel.Width);
        Bias = options.Bias ? new Parameter("bias", outputs) : null;
        _parameters = Bias is null ? [Weight] : [Weight, Bias];
        _biasSums = new double[outputs];
    }

    /// <summary>The number of input channels.</summary>
    public int Inputs { get; }

    /// <summary>The number of output channels.</summary>
    public int Outputs { get; }

    /// <summary>w, shape [out, in/groups, *kernel].</summary>
    public Parameter Weight { get; }

    /// <summary>b, shape [out]; null without a bias.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) => OutputImages(ShapeOf(input)).Lengths;

    bool IEpilogueHost.TakesEpilogue => true;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Forward(input, residual: null, relu: false);

    Tensor<float> IEpilogueHost.ForwardCore(Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu) =>
        Forward(input, residual, relu);

    Tensor<float> IEpilogueHost.BackwardCore(Tensor<float> outputGradient, Tensor<float>? gated)
    {
        if (!_rectified)
        {
            return BackwardCore(outputGradient);
        }

        Tensor<float> gradient = gated ?? _gates.Get(outputGradient.Lengths);
        Activate.Backward<ReluFunction>(outputGradient.Elements(), LastOutput!.Elements(), gradient.Elements());
        Tensor<float> inputGradient = BackwardCore(gradient);
        if (gated is null)
        {
            Memory?.Gradients.Release(gradient, inputGradient, outputGradient);
        }

        return inputGradient;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> inputGradient = InputGradients.Get(_input!.Lengths);
        Convolution.InputGradient(_shape, outputGradient.Elements(), Weight.Values, inputGradient.Elements());
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        ReadOnlySpan<float> dy = outputGradient.Elements();
        Convolution.WeightGradient(_shape, _input!.Elements(), dy, Weight.Gradients, accumulate: true);
        if (Bias is not null)
        {
            ChannelSums.Compute(dy, ChannelView.Of(outputGradient.Lengths, _settings.ChannelAxis), _biasSums);
            GradientAccumulation.Add(_biasSums, Bias.Gradients);
        }
    }

    int IChannelwiseLinear.Groups => _settings.Groups;

    int IChannelwiseLinear.ChannelAxis => _settings.ChannelAxis;

    bool IChannelwiseLinear.IsLastOutput(Tensor<float> tensor) => ReferenceEquals(tensor, LastOutput);

    void IChannelwiseLinear.MeanInput(Span<float> mean)
    {
        using ThreadGuard.Scope call = Enter();
        ReadOnlySpan<float> x = LastInput;
        Array.Resize(ref _imageSums, x.Length / _shape.Samples);
        MeanPatch.Compute(_shape, x, _imageSums, mean);
    }

    void IChannelwiseLinear.SumInputs(ReadOnlySpan<float> upstream, Span<float> sums)
    {
        using ThreadGuard.Scope call = Enter();
        Convolution.WeightGradient(_shape, LastInput, upstream, sums, accumulate: false);
    }

    /// <summary>Draws the weights.</summary>
    private protected void Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int taps = _kernel.Height * _kernel.Width;
        (_settings.Weights ?? Initializer.HeNormal).Fill(
            Weight.Values, Inputs / _settings.Groups * taps, Outputs / _settings.Groups * taps, random.Next());
    }

    internal override void DrawFrom(NetworkMemory memory)
    {
        base.DrawFrom(memory);
        _gates.DrawFrom(memory.Gradients);
    }

    private Tensor<float> Forward(Tensor<float> input, Tensor<float>? residual, bool relu)
    {
        _shape = ShapeOf(input.Lengths);
        _input = input;
        _rectified = relu;
        Tensor<float> output = OutputImages(_shape).Tensor(OutputMemory);
        if (residual is not null)
        {
            Shape.CheckSum(output.Lengths, residual.Lengths, nameof(input));
        }

        var epilogue = new Epilogue { Residual = residual is null ? [] : residual.Elements(), Relu = relu };
        Convolution.Forward(_shape, input.Elements(), Weight.Values, Bias is null ? [] : Bias.Values, epilogue, output.Elements());
        return output;
    }

    private ReadOnlySpan<float> LastInput =>
        _input is null ? throw new InvalidOperationException("There was no forward pass.") : _input.Elements();

    private ImageShape OutputImages(in ConvolutionShape shape) =>
        new(shape.Samples, Outputs, new Extent(shape.Rows.Output, shape.Columns.Output), _channelLast, _isSequence);

    private ImageShape ImagesOf(ReadOnlySpan<nint> input) =>
        _isSequence ? ImageShape.OfSequences(input, _channelLast) : ImageShape.Of(input, _channelLast);

    private ConvolutionShape ShapeOf(ReadOnlySpan<nint> input)
    {
        ImageShape images = ImagesOf(input);
        if (images.Channels != Inputs)
        {
            throw Refused(input, string.Create(CultureInfo.InvariantCulture, $"has {images.Channels} channels; this layer takes {Inputs}"));
        }

        Padding padding = _settings.Padding.Of(images.Size, _kernel, _settings.Stride, _settings.Dilation);
        var padded = (
            Height: images.Size.Height + (long)padding.Top + padding.Bottom, Width: images.Size.Width + (long)padding.Left + padding.Right);
        var reach = (
            Height: (_kernel.Height - 1L) * _settings.Dilation.Height + 1, Width: (_kernel.Width - 1L) * _settings.Dilation.Width + 1);
        if (reach.Height > padded.Height || reach.Width > padded.Width)
        {
            throw Refused(input, string.Create(
                CultureInfo.InvariantCulture,
                $"is {padded.Height}×{padded.Width} with its padding, smaller than the kernel, which with its dilation is "
                + $"{reach.Height}×{reach.Width}"));
        }

        if (padded.Height * _settings.Stride.Height > int.MaxValue || padded.Width * _settings.Stride.Width > int.MaxValue)
        {
            throw Refused(input, string.Create(
                CultureInfo.InvariantCulture,
                $"is {padded.Height}×{padded.Width} with its padding, which at a stride of {_settings.Stride} is too large to count"));
        }

        var shape = new ConvolutionShape(
            images.Samples,
            Inputs,
            Outputs,
            _settings.Groups,
            new ConvolutionAxis(
                images.Size.Height, _kernel.Height, _settings.Stride.Height, padding.Top, padding.Bottom, _settings.Dilation.Height),
            new ConvolutionAxis(
                images.Size.Width, _kernel.Width, _settings.Stride.Width, padding.Left, padding.Right, _settings.Dilation.Width),
            _channelLast);
        double elements = (double)shape.Samples * shape.Rows.Output * shape.Columns.Output * Outputs;
        return elements <= Array.MaxLength
            ? shape
            : throw Refused(input, string.Create(
                CultureInfo.InvariantCulture,
                $"would give {shape.Samples} results of {shape.Rows.Output}×{shape.Columns.Output} with {Outputs} channels, more than "
                + $"{Array.MaxLength} elements"));
    }

    private static ArgumentException Refused(ReadOnlySpan<nint> input, string why) =>
        new($"The input {Shape.Describe(input)} {why}.", nameof(input));
}
