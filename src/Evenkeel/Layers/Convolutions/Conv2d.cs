using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>The convolution of images: y[n, o, i, j] = b[o] + Σ w[o, c, u, v]·x[n, c, i·s + u·d − p, j·s + v·d − p].</summary>
/// <remarks>
/// <para>
/// The sum runs over the kernel's rows u and columns v, and over the inputs c of the group of the output o; s is the stride, d the
/// dilation, p the padding, and x is 0 outside the image. Backward: dw[o, c, u, v] += Σ dy[n, o, i, j]·x[n, c, i·s + u·d − p,
/// j·s + v·d − p] over n, i and j; db[o] += Σ dy[n, o, i, j]; dx sums dy[n, o, i, j]·w[o, c, u, v] over all products that x is part of.
/// </para>
/// <para>
/// Shapes: x [N, in, H, W], or [N, H, W, in] with the channels last; w [out, in/groups, kernel height, kernel width]; b [out];
/// y [N, out, H', W'], or [N, H', W', out], with H' = ⌊(H + 2p − d·(kernel height − 1) − 1)/s⌋ + 1, and W' likewise.
/// </para>
/// </remarks>
public sealed class Conv2d : Layer, IChannelwiseLinear, IEpilogueHost
{
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _gates = new();
    private readonly double[] _biasSums;
    private readonly bool _channelLast;
    private double[] _imageSums = [];
    private ConvolutionShape _shape;
    private Tensor<float>? _input;
    private bool _rectified;

    /// <summary>Creates a layer and draws its weights; biases start at 0.</summary>
    /// <param name="inputs">The number of input channels, at least 1.</param>
    /// <param name="outputs">The number of output channels, at least 1.</param>
    /// <param name="kernel">The kernel's height and width, at least 1.</param>
    /// <param name="random">The source of the random numbers for the weights; the layer takes one stream of it.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number of channels, the kernel, the stride, the dilation or the number of groups is below 1, the padding is below 0, or the
    /// channel axis is neither 1 nor −1.
    /// </exception>
    /// <exception cref="ArgumentException">The groups do not divide the numbers of channels.</exception>
    public Conv2d(int inputs, int outputs, Extent kernel, RandomSource random, Conv2dOptions? options = null)
        : this(inputs, outputs, kernel, options)
    {
        ArgumentNullException.ThrowIfNull(random);
        int taps = kernel.Height * kernel.Width;
        (Options.Weights ?? Initializer.HeNormal).Fill(
            Weight.Values, inputs / Options.Groups * taps, outputs / Options.Groups * taps, random.Next());
    }

    /// <summary>Creates a layer with all weights 0.</summary>
    internal Conv2d(int inputs, int outputs, Extent kernel, Conv2dOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Options = options ?? new();
        Kernel = Extent.Check(kernel, 1, nameof(kernel));
        Extent.Check(Options.Stride, 1, nameof(options));
        Extent.Check(Options.Padding, 0, nameof(options));
        Extent.Check(Options.Dilation, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Groups, 1, nameof(options));
        if (inputs % Options.Groups != 0 || outputs % Options.Groups != 0)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Options.Groups} groups do not divide {inputs} channels in and {outputs} channels out."),
                nameof(options));
        }

        Inputs = inputs;
        Outputs = outputs;
        _channelLast = ImageShape.IsChannelLast(Options.ChannelAxis, nameof(options));
        Weight = new Parameter("weight", outputs, inputs / Options.Groups, kernel.Height, kernel.Width);
        Bias = Options.Bias ? new Parameter("bias", outputs) : null;
        _parameters = Bias is null ? [Weight] : [Weight, Bias];
        _biasSums = new double[outputs];
    }

    /// <summary>The number of input channels.</summary>
    public int Inputs { get; }

    /// <summary>The number of output channels.</summary>
    public int Outputs { get; }

    /// <summary>The kernel's height and width.</summary>
    public Extent Kernel { get; }

    /// <summary>The settings.</summary>
    public Conv2dOptions Options { get; }

    /// <summary>w, shape [out, in/groups, kernel height, kernel width].</summary>
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
            ChannelSums.Compute(dy, ChannelView.Of(outputGradient.Lengths, Options.ChannelAxis), _biasSums);
            GradientAccumulation.Add(_biasSums, Bias.Gradients);
        }
    }

    int IChannelwiseLinear.Groups => Options.Groups;

    int IChannelwiseLinear.ChannelAxis => Options.ChannelAxis;

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
        new(shape.Samples, Outputs, new Extent(shape.Rows.Output, shape.Columns.Output), _channelLast);

    private ConvolutionShape ShapeOf(ReadOnlySpan<nint> input)
    {
        ImageShape images = ImageShape.Of(input, _channelLast);
        if (images.Channels != Inputs)
        {
            throw Refused(input, string.Create(CultureInfo.InvariantCulture, $"has {images.Channels} channels; this layer takes {Inputs}"));
        }

        var padded = (
            Height: images.Size.Height + 2L * Options.Padding.Height, Width: images.Size.Width + 2L * Options.Padding.Width);
        var reach = (
            Height: (Kernel.Height - 1L) * Options.Dilation.Height + 1, Width: (Kernel.Width - 1L) * Options.Dilation.Width + 1);
        if (reach.Height > padded.Height || reach.Width > padded.Width)
        {
            throw Refused(input, string.Create(
                CultureInfo.InvariantCulture,
                $"is {padded.Height}×{padded.Width} with its padding, smaller than the kernel, which with its dilation is "
                + $"{reach.Height}×{reach.Width}"));
        }

        if (padded.Height * Options.Stride.Height > int.MaxValue || padded.Width * Options.Stride.Width > int.MaxValue)
        {
            throw Refused(input, string.Create(
                CultureInfo.InvariantCulture,
                $"is {padded.Height}×{padded.Width} with its padding, which at a stride of {Options.Stride} is too large to count"));
        }

        var shape = new ConvolutionShape(
            images.Samples,
            Inputs,
            Outputs,
            Options.Groups,
            new ConvolutionAxis(
                images.Size.Height, Kernel.Height, Options.Stride.Height, Options.Padding.Height, Options.Dilation.Height),
            new ConvolutionAxis(
                images.Size.Width, Kernel.Width, Options.Stride.Width, Options.Padding.Width, Options.Dilation.Width),
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
