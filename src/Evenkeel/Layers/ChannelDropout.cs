using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tensors;

namespace Evenkeel.Layers;

/// <summary>Dropout of whole channels: in training each channel of each sample is set to zero with probability p.</summary>
/// <remarks>
/// <para>
/// y = x·mask/(1 − p) in training, with one mask value per sample and channel; y = x in inference. Backward uses the same
/// factors on dy. Neighbouring elements of a feature map are strongly correlated, so that dropping single elements removes little
/// information; dropping whole channels does.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or, with channel axis −1, [N, *, C]; output as input.</para>
/// <para>
/// Before a batch normalization, dropout makes the variance of training differ from that of inference: the ratio of the
/// actual variance to the running one tends to 1 − p (Li et al., "Understanding the Disharmony between Dropout and Batch Normalization by
/// Variance Shift", 2018, arXiv 1801.05134). Use it after the last normalization.
/// </para>
/// <para>Source: Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015, arXiv 1411.4280.</para>
/// </remarks>
public sealed class ChannelDropout : Layer
{
    private readonly int _axis;
    private readonly RandomStream _stream;
    private float[] _factors = [];

    /// <summary>Creates a dropout layer.</summary>
    /// <param name="probability">p, the probability that a channel of a sample is dropped: at least 0 and below 1.</param>
    /// <param name="random">The source of random numbers; the layer takes one stream of it.</param>
    /// <param name="channelAxis">The axis of the channels: 1 for [N, C, *], −1 for channel-last [N, *, C].</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="probability"/> is not at least 0 and below 1, or <paramref name="channelAxis"/> is 0.
    /// </exception>
    public ChannelDropout(double probability, RandomSource random, int channelAxis = 1)
        : this(probability, (random ?? throw new ArgumentNullException(nameof(random))).Next, channelAxis)
    {
    }

    /// <summary>Creates a dropout layer with a stream.</summary>
    internal ChannelDropout(double probability, Func<RandomStream> stream, int channelAxis)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "The dropout probability must be at least 0 and below 1.");
        }

        Probability = probability;
        _axis = Shape.CheckChannelAxis(channelAxis, nameof(channelAxis));
        _stream = stream(); // once all else is checked, since it takes the source's next
    }

    /// <summary>p, the probability that a channel of a sample is dropped.</summary>
    public double Probability { get; }

    /// <summary>The number of training passes so far; set it to repeat a pass with the same mask.</summary>
    public uint TrainingPasses { get; set; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateTensor> State =>
        [StateTensor.OfTraining("training_passes", () => (long)TrainingPasses, passes => TrainingPasses = (uint)passes, uint.MaxValue)];

    /// <inheritdoc cref="Dropout.FirstSample"/>
    internal int FirstSample { get; set; }

    /// <summary>The axis of the channels.</summary>
    internal int ChannelAxis => _axis;

    /// <summary>The random numbers of the masks.</summary>
    internal RandomStream Stream => _stream;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        int axis = _axis < 0 ? _axis + input.Rank : _axis;
        if (axis < 1 || axis >= input.Rank)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; channel dropout takes [N, C] or [N, C, *].", nameof(input));
        }

        ChannelView view = View(input.Lengths);
        Draw(view.Sets, FirstSample * (view.Sets / input.Lengths[0]), pass);
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        Apply(input.Elements(), view, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        Apply(outputGradient.Elements(), View(outputGradient.Lengths), gradient.Elements());
        return gradient;
    }

    private ChannelView View(ReadOnlySpan<nint> lengths) => ChannelView.PerSample(lengths, _axis);

    private void Draw(int sets, nint first, Pass pass)
    {
        if (_factors.Length < sets)
        {
            _factors = new float[sets];
        }

        Array.Fill(_factors, 1);
        if (pass == Pass.Training)
        {
            // Each pass has 2³² positions of its own, more than a tensor has channels.
            TrainingPasses++;
            var mask = new DropoutMask(_stream, Probability, DropoutMask.Position(TrainingPasses, first));
            MaskedScale.Apply(_factors, mask, (float)(1 / (1 - Probability)), _factors);
        }
    }

    private void Apply(ReadOnlySpan<float> x, ChannelView view, Span<float> y) =>
        ChannelScale.Apply(x, view, _factors.AsSpan(0, view.Sets), y);
}
