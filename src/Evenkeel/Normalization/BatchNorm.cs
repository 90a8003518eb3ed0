using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Batch normalization: each channel is brought to mean 0 and variance 1 over the batch, then scaled and shifted by
/// learned parameters.
/// </summary>
/// <remarks>
/// <para>
/// Over the m elements of a channel: μ = mean x; σ² = Σ(x − μ)²/m; x̂ = (x − μ)/√(σ² + ε); y = γ·x̂ + β.
/// Inference uses running averages for μ and σ², so that a sample's output is its own.
/// </para>
/// <para>
/// Backward: dβ = Σdy; dγ = Σdy·x̂; dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)]. Where running statistics
/// normalized, they are constants: dx = γ/√(σ² + ε)·dy.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or, with <see cref="BatchNormOptions.ChannelAxis"/> −1, [N, *, C]; output as input.</para>
/// <para>
/// Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
/// Shift", 2015, arXiv 1502.03167.
/// </para>
/// </remarks>
public sealed class BatchNorm : Layer
{
    private readonly BatchNormOptions _options;
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _outputs = new();
    private readonly ReusableTensor _gradients = new();
    private readonly Moments[] _moments;
    private readonly GradientSums[] _sums;
    private readonly double[] _mean;
    private readonly double[] _inverseDeviation;
    private readonly float[] _center;
    private readonly float[] _scale;
    private readonly float[] _gradientScale;
    private readonly float[] _deviationScale;
    private readonly float[] _shift;
    private readonly float[] _zero;
    private StatisticsSource _source;
    private StatisticsUpdate _update;
    private Tensor<float>? _input;
    private Tensor<float>? _output;
    private bool _usedBatch;

    /// <summary>Makes a batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; PyTorch's defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is below 1, or ε is not above 0 and finite.</exception>
    public BatchNorm(int channels, BatchNormOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _options = options ?? new BatchNormOptions();
        if (!(_options.Epsilon > 0 && double.IsFinite(_options.Epsilon)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), _options.Epsilon, "Epsilon must be above 0 and finite.");
        }

        Channels = channels;
        if (_options.Affine)
        {
            Weight = new Parameter("weight", channels);
            Weight.Values.Fill(1);
            Bias = new Parameter("bias", channels);
        }

        if (_options.RunningAverage is { } average)
        {
            RunningStatistics =
                new RunningStatistics(channels, average, _options.RunningVariance, _options.NonFiniteBatches);
        }

        _parameters = Weight is not null && Bias is not null ? [Weight, Bias] : [];
        _moments = new Moments[channels];
        _sums = new GradientSums[channels];
        _mean = new double[channels];
        _inverseDeviation = new double[channels];
        _center = new float[channels];
        _scale = new float[channels];
        _gradientScale = new float[channels];
        _deviationScale = new float[channels];
        _shift = new float[channels];
        _zero = new float[channels];
    }

    /// <summary>The number of channels C.</summary>
    public int Channels { get; }

    /// <summary>γ, shape [C]; null without affine parameters.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, shape [C]; null without affine parameters.</summary>
    public Parameter? Bias { get; }

    /// <summary>The running statistics; null where none are kept.</summary>
    public RunningStatistics? RunningStatistics { get; }

    /// <summary>Which statistics normalize. It stays as it is set: no pass changes it.</summary>
    /// <exception cref="InvalidOperationException">Running statistics are asked for where none are kept.</exception>
    public StatisticsSource Source
    {
        get => _source;
        set => _source = value != StatisticsSource.Running || RunningStatistics is not null
            ? value
            : throw new InvalidOperationException("This batch normalization keeps no running statistics to normalize with.");
    }

    /// <summary>When the running statistics take in a batch. It stays as it is set: no pass changes it.</summary>
    public StatisticsUpdate Update
    {
        get => _update;
        set => _update = value;
    }

    /// <summary>Whether running statistics normalize and are not updated, in training too.</summary>
    public bool IsFrozen => Source == StatisticsSource.Running && Update == StatisticsUpdate.Never;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Normalizes by the running statistics from now on and leaves them as they are, until <see cref="Unfreeze"/>.</summary>
    /// <exception cref="InvalidOperationException">No running statistics are kept.</exception>
    public void Freeze() => (Source, Update) = (StatisticsSource.Running, StatisticsUpdate.Never);

    /// <summary>Back to the batch's statistics in training, the running ones in inference, updated in training.</summary>
    public void Unfreeze() => (Source, Update) = (StatisticsSource.ByPass, StatisticsUpdate.InTraining);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input has no rank of 2 or more, no channel axis, another number of channels, no elements, one value per channel
    /// where the batch's statistics are wanted, or is not dense.
    /// </exception>
    /// <exception cref="ArithmeticException">The batch holds NaN or infinity, and the policy is to throw.</exception>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        ChannelView view = View(input);
        _output = null; // a pass that fails from here on leaves nothing for Backward to differentiate
        _usedBatch = RunningStatistics is null
            || Source == StatisticsSource.Batch
            || (Source == StatisticsSource.ByPass && pass == Pass.Training);
        bool updates =
            RunningStatistics is not null && Update == StatisticsUpdate.InTraining && pass == Pass.Training;

        if (_usedBatch || updates)
        {
            ComputeMoments(input, view);
        }

        SetStatistics();
        if (updates)
        {
            RunningStatistics!.Update(_moments);
        }

        SetForwardCoefficients();
        _input = input;
        _output = _outputs.Get(input.Lengths);
        ChannelAffine.Apply(input.Elements(), view, _center, _scale, _shift, _output.Elements());
        return _output;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        ChannelView view = ChannelView.Of(outputGradient.Lengths, _options.ChannelAxis);
        Tensor<float> inputGradient = _gradients.Get(outputGradient.Lengths);
        ReadOnlySpan<float> dy = outputGradient.Elements();
        ReadOnlySpan<float> x = _input!.Elements();

        ChannelGradientSums.Compute(dy, x, view, _mean, _sums);
        AddParameterGradients();
        if (_usedBatch)
        {
            SetBackwardCoefficients(view.PerChannel);
            var coefficients = new GradientCoefficients
            {
                Center = _center,
                Scale = _scale,
                GradientScale = _gradientScale,
                DeviationScale = _deviationScale,
                Shift = _shift,
            };
            ChannelAffineGradient.Apply(dy, x, view, coefficients, inputGradient.Elements());
        }
        else
        {
            SetForwardCoefficients();
            ChannelAffine.Apply(dy, view, _zero, _scale, _zero, inputGradient.Elements());
        }

        return inputGradient;
    }

    private ChannelView View(Tensor<float> input)
    {
        Shape.CheckInput(input);
        if (input.Rank < 2)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; batch normalization takes [N, C] or [N, C, *].", nameof(input));
        }

        int axis = _options.ChannelAxis;
        if (axis >= input.Rank || axis < -input.Rank)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input is {Shape.Describe(input)} and has no axis {axis}, on which this layer's channels are."),
                nameof(input));
        }

        ChannelView view = ChannelView.Of(input.Lengths, axis);
        return view.Channels == Channels
            ? view
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The input {Shape.Describe(input)} has {view.Channels} channels; this layer normalizes {Channels}."),
                nameof(input));
    }

    private void ComputeMoments(Tensor<float> input, ChannelView view)
    {
        if (view.PerChannel == 1)
        {
            throw new ArgumentException(
                $"The input {Shape.Describe(input)} has one value per channel, which has no variance: "
                + "batch statistics need at least two.",
                nameof(input));
        }

        ChannelMoments.Compute(input.Elements(), view, _moments);
    }

    // μ and 1/√(σ² + ε), from the batch or from before this step's update of the running statistics.
    private void SetStatistics()
    {
        ReadOnlySpan<double> runningMean = RunningStatistics is null ? [] : RunningStatistics.Mean.Elements();
        ReadOnlySpan<double> runningVariance = RunningStatistics is null ? [] : RunningStatistics.Variance.Elements();
        for (int c = 0; c < Channels; c++)
        {
            double variance = _usedBatch ? _moments[c].PopulationVariance : runningVariance[c];
            _mean[c] = _usedBatch ? _moments[c].Mean : runningMean[c];
            _inverseDeviation[c] = 1 / Math.Sqrt(variance + _options.Epsilon);
        }
    }

    // y = (x − center)·scale + shift: the center is the mean in single precision, and the shift makes up for its rounding.
    private void SetForwardCoefficients()
    {
        for (int c = 0; c < Channels; c++)
        {
            double gamma = Weight is null ? 1 : Weight.Values[c];
            double beta = Bias is null ? 0 : Bias.Values[c];
            double scale = gamma * _inverseDeviation[c];
            _center[c] = (float)_mean[c];
            _scale[c] = (float)scale;
            _shift[c] = (float)(beta - (_mean[c] - _center[c]) * scale);
        }
    }

    private void AddParameterGradients()
    {
        if (Weight is null || Bias is null)
        {
            return;
        }

        Span<float> weightGradient = Weight.Gradients;
        Span<float> biasGradient = Bias.Gradients;
        for (int c = 0; c < Channels; c++)
        {
            weightGradient[c] += (float)(_sums[c].GradientTimesDeviation * _inverseDeviation[c]);
            biasGradient[c] += (float)_sums[c].Gradient;
        }
    }

    // dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)], with x̂ = x̃ − (mean − center)/√(σ² + ε).
    private void SetBackwardCoefficients(double m)
    {
        for (int c = 0; c < Channels; c++)
        {
            double inverse = _inverseDeviation[c];
            double gamma = Weight is null ? 1 : Weight.Values[c];
            double meanGradient = _sums[c].Gradient / m;
            double meanGradientNormalized = _sums[c].GradientTimesDeviation * inverse / m;
            double offset = (_mean[c] - _center[c]) * inverse;
            _scale[c] = (float)inverse;
            _gradientScale[c] = (float)(gamma * inverse);
            _deviationScale[c] = (float)(-gamma * inverse * meanGradientNormalized);
            _shift[c] = (float)(gamma * inverse * (offset * meanGradientNormalized - meanGradient));
        }
    }
}
