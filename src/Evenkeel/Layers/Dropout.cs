using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tensors;

namespace Evenkeel.Layers;

/// <summary>Dropout: in training each element is set to zero with probability p.</summary>
/// <remarks>
/// <para>
/// Inverted: y = x·mask/(1 − p) in training and y = x in inference. Classic: y = x·mask and y = x·(1 − p). Backward uses
/// the same factors on dy. Any shape.
/// </para>
/// <para>
/// The mask is not stored but drawn by position: element i of training pass n is always dropped or always kept for a
/// given stream, on any machine and for any number of threads.
/// </para>
/// <para>
/// Before a batch normalization, dropout makes the variance of training differ from that of inference (Li et al.,
/// "Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift", 2018, arXiv 1801.05134).
/// </para>
/// <para>Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.</para>
/// </remarks>
public sealed class Dropout : Layer
{
    private readonly RandomStream _stream;
    private DropoutMask _mask;
    private Pass _pass;

    /// <summary>Creates a dropout layer.</summary>
    /// <param name="probability">p, the probability that an element is dropped: at least 0 and below 1.</param>
    /// <param name="random">The source of random numbers; the layer takes one stream of it.</param>
    /// <param name="kind">The pass in which the layer compensates for dropped elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not at least 0 and below 1.</exception>
    public Dropout(double probability, RandomSource random, DropoutKind kind = DropoutKind.Inverted)
        : this(probability, (random ?? throw new ArgumentNullException(nameof(random))).Next, kind)
    {
    }

    /// <summary>Creates a dropout layer with a stream.</summary>
    internal Dropout(double probability, Func<RandomStream> stream, DropoutKind kind)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "The dropout probability must be at least 0 and below 1.");
        }

        Probability = probability;
        Kind = Defined.Check(kind);
        _stream = stream(); // once all else is checked, since it takes the source's next
    }

    /// <summary>p, the probability that an element is dropped.</summary>
    public double Probability { get; }

    /// <summary>The pass in which the layer compensates for dropped elements.</summary>
    public DropoutKind Kind { get; }

    /// <summary>The number of training passes so far; set it to repeat a pass with the same mask.</summary>
    public uint TrainingPasses { get; set; }

    /// <summary>The number of samples of the batch before those of the input, where several networks compute parts of one batch.</summary>
    internal int FirstSample { get; set; }

    /// <summary>1 − p in single precision.</summary>
    internal float Kept => (float)(1 - Probability);

    /// <inheritdoc/>
    public override IReadOnlyList<StateTensor> State =>
        [StateTensor.OfTraining("training_passes", () => (long)TrainingPasses, passes => TrainingPasses = (uint)passes, uint.MaxValue)];

    /// <summary>The random numbers of the masks.</summary>
    internal RandomStream Stream => _stream;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _pass = pass;
        if (pass == Pass.Training)
        {
            // Each pass has 2³² positions of its own, more than a tensor has elements.
            TrainingPasses++;
            nint first = FirstSample * (input.FlattenedLength / input.Lengths[0]);
            _mask = new DropoutMask(_stream, Probability, DropoutMask.Position(TrainingPasses, first));
        }

        Tensor<float> output = OutputMemory.Get(input.Lengths);
        Apply(input, output);
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        Apply(outputGradient, gradient);
        return gradient;
    }

    private void Apply(Tensor<float> from, Tensor<float> to)
    {
        if (_pass == Pass.Training)
        {
            MaskedScale.Apply(from.Elements(), _mask, Kind == DropoutKind.Inverted ? 1 / Kept : 1, to.Elements());
        }
        else
        {
            Scale.Apply(from.Elements(), Kind == DropoutKind.Classic ? Kept : 1, to.Elements());
        }
    }
}
