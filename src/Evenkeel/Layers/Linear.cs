using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Layers;

/// <summary>The fully connected layer: y = x·Wᵀ + b.</summary>
/// <remarks>
/// <para>Backward: dW += dyᵀ·x; db += Σ dy over the rows; dx = dy·W.</para>
/// <para>Shapes: x [N, *, in], W [out, in], b [out], y [N, *, out], where all axes but the last are those of rows.</para>
/// </remarks>
public sealed class Linear : Layer, IChannelwiseLinear
{
    private readonly Parameter[] _parameters;
    private readonly double[] _biasSums;
    private double[] _inputSums = [];
    private Tensor<float>? _input;

    /// <summary>Creates a layer and draws its weights; biases start at 0.</summary>
    /// <param name="inputs">The number of input features, at least 1.</param>
    /// <param name="outputs">The number of output features, at least 1.</param>
    /// <param name="random">The source of the random numbers for the weights; the layer takes one stream of it.</param>
    /// <param name="bias">Whether to add a bias; before a batch normalization it has no effect.</param>
    /// <param name="weights">The initializer of the weights; <see cref="Initializer.HeNormal"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of features is below 1.</exception>
    public Linear(int inputs, int outputs, RandomSource random, bool bias = true, Initializer? weights = null)
        : this(inputs, outputs, bias)
    {
        ArgumentNullException.ThrowIfNull(random);
        (weights ?? Initializer.HeNormal).Fill(Weight.Values, inputs, outputs, random.Next());
    }

    /// <summary>Creates a layer with all weights 0.</summary>
    internal Linear(int inputs, int outputs, bool bias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Inputs = inputs;
        Outputs = outputs;
        Weight = new Parameter("weight", outputs, inputs);
        Bias = bias ? new Parameter("bias", outputs) : null;
        _parameters = Bias is null ? [Weight] : [Weight, Bias];
        _biasSums = new double[outputs];
    }

    /// <summary>The number of input features.</summary>
    public int Inputs { get; }

    /// <summary>The number of output features.</summary>
    public int Outputs { get; }

    /// <summary>W, shape [out, in].</summary>
    public Parameter Weight { get; }

    /// <summary>b, shape [out]; null without a bias.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        CheckShape(input.Lengths);
        _input = input;
        Span<nint> lengths = stackalloc nint[input.Rank];
        input.Lengths.CopyTo(lengths);
        lengths[^1] = Outputs;
        Tensor<float> output = OutputMemory.Get(lengths);
        Span<float> y = output.Elements();
        if (Bias is not null)
        {
            RowBroadcast.Fill(Bias.Values, y);
        }

        MatrixProduct.Multiply(
            new(input.Elements(), Rows, Inputs),
            new MatrixView(Weight.Values, Outputs, Inputs).Transposed,
            y,
            accumulate: Bias is not null);
        return output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        CheckShape(input);
        return [.. input[..^1], Outputs];
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> inputGradient = InputGradients.Get(_input!.Lengths);
        MatrixProduct.Multiply(
            new(outputGradient.Elements(), Rows, Outputs), new(Weight.Values, Outputs, Inputs), inputGradient.Elements());
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        ReadOnlySpan<float> dy = outputGradient.Elements();
        MatrixProduct.Multiply(
            new MatrixView(dy, Rows, Outputs).Transposed, new(_input!.Elements(), Rows, Inputs), Weight.Gradients, accumulate: true);
        if (Bias is not null)
        {
            ChannelSums.Compute(dy, new ChannelView(Rows, Outputs, 1), _biasSums);
            GradientAccumulation.Add(_biasSums, Bias.Gradients);
        }
    }

    private void CheckShape(ReadOnlySpan<nint> input)
    {
        if (input.Length < 2 || input[^1] != Inputs)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)}; this layer takes [N, *, {Inputs}]."),
                nameof(input));
        }
    }

    private int Rows => (int)(_input!.FlattenedLength / Inputs);

    private ReadOnlySpan<float> LastInput =>
        _input is null ? throw new InvalidOperationException("There was no forward pass.") : _input.Elements();

    bool IChannelwiseLinear.IsLastOutput(Tensor<float> tensor) => ReferenceEquals(tensor, LastOutput);

    void IChannelwiseLinear.MeanInput(Span<float> mean)
    {
        using ThreadGuard.Scope call = Enter();
        if (_inputSums.Length == 0)
        {
            _inputSums = new double[Inputs];
        }

        ChannelMean.Compute(LastInput, new ChannelView(Rows, Inputs, 1), _inputSums, mean);
    }

    void IChannelwiseLinear.SumInputs(ReadOnlySpan<float> upstream, Span<float> sums)
    {
        using ThreadGuard.Scope call = Enter();
        MatrixProduct.Multiply(new MatrixView(upstream, Rows, Outputs).Transposed, new(LastInput, Rows, Inputs), sums);
    }
}
