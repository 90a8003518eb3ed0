using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>The base of the normalizers with one scale γ and one shift β per channel: shapes, parameters and their gradients.</summary>
/// <remarks>
/// <para>
/// A normalizer on it overrides what is particular to it: the view in which its sets lie (<see cref="ViewOf"/>), 1/√(σ² + ε)
/// (<see cref="SetNormalization.InvStd"/>), or the coefficients of a range of sets
/// (<see cref="SetNormalization.WriteCoefficients"/>, <see cref="SetNormalization.WriteGradientCoefficients"/>). Without an
/// override, each channel of a batch is normalized by its own mean and variance.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or, with the channels on axis −1, [N, *, C]; output as input.</para>
/// </remarks>
public abstract class ChannelNormalization : SetNormalization, IEpilogueHost
{
    private readonly int _axis;
    private readonly Parameter[] _parameters;

    /// <summary>Creates a normalizer with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="epsilon">ε, at least 10⁻⁷⁶ and finite.</param>
    /// <param name="weight">Whether there is a scale γ per channel.</param>
    /// <param name="bias">Whether there is a shift β per channel.</param>
    /// <param name="axis">The axis of the channels, not 0; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the axis is 0.
    /// </exception>
    protected ChannelNormalization(int channels, double epsilon, bool weight = true, bool bias = true, int axis = 1)
        : base(epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _axis = Shape.CheckChannelAxis(axis, "options");
        Channels = channels;
        Weight = weight ? new Parameter("weight", channels) : null;
        Weight?.Values.Fill(1);
        Bias = bias ? new Parameter("bias", channels) : null;
        _parameters = [.. new[] { Weight, Bias }.OfType<Parameter>()];
    }

    /// <summary>The number of channels C.</summary>
    public int Channels { get; }

    /// <summary>γ, shape [C]; null without it.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, shape [C]; null without it.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The axis of the channels; negative counts from the end.</summary>
    public int ChannelAxis => _axis;

    /// <summary>γ and β of the channels.</summary>
    private protected AffineParameters Affine => new(Weight, Bias);

    bool IEpilogueHost.TakesEpilogue => true;

    Tensor<float> IEpilogueHost.ForwardCore(Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu) =>
        Forward(input, pass, residual, relu);

    Tensor<float> IEpilogueHost.BackwardCore(Tensor<float> outputGradient, Tensor<float>? gated) =>
        Backward(outputGradient, gated);

    /// <summary>
    /// Returns the view in which the sets lie: <see cref="ChannelView.Of"/> for a set per channel of the batch,
    /// <see cref="ChannelView.PerSample"/> for one per channel of each sample.
    /// </summary>
    /// <param name="lengths">The shape of the input.</param>
    /// <param name="axis">The axis of the channels.</param>
    protected virtual ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.Of(lengths, axis);

    /// <summary>True if a set reaches over several samples, so that the statistics of a sample depend on the others.</summary>
    /// <param name="lengths">The shape of the input.</param>
    internal bool HasSetsAcrossSamples(ReadOnlySpan<nint> lengths)
    {
        nint[] one = [1, .. lengths[1..]], two = [2, .. lengths[1..]];
        return ViewOf(one, _axis).PerSet != ViewOf(two, _axis).PerSet;
    }

    /// <summary>γ of the channel of a set; 1 without γ.</summary>
    /// <param name="set">The number of the set.</param>
    protected double WeightOf(int set) => Weight is null ? 1 : Weight.Values[set % Channels];

    /// <summary>β of the channel of a set; 0 without β.</summary>
    /// <param name="set">The number of the set.</param>
    protected double BiasOf(int set) => Bias is null ? 0 : Bias.Values[set % Channels];

    /// <summary>Writes y = γ·x̂ + β with x̂ = (x − μ)·invStd for a range of sets. Called from any thread, for disjoint ranges.</summary>
    /// <param name="sets">Gives the statistics of the sets and receives the coefficients.</param>
    protected override void WriteCoefficients(ForwardCoefficients sets)
    {
        AffineParameters affine = Affine;
        int c = sets.First % Channels;
        for (int i = 0; i < sets.Count; i++, c = Next(c))
        {
            double invStd = sets.IsEmpty(i) ? 0 : InvStd(sets.Variance(i));
            sets.Write(i, sets.Mean(i), invStd, affine.Weight(c), affine.Bias(c));
        }
    }

    /// <summary>
    /// Writes dx = γ·invStd·[dy − mean(dy) − x̂·mean(dy·x̂)] for a range of sets. Called from any thread, for disjoint ranges.
    /// </summary>
    /// <param name="sets">Gives the gradient sums of the sets and receives the coefficients.</param>
    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        AffineParameters affine = Affine;
        int c = sets.First % Channels;
        for (int i = 0; i < sets.Count; i++, c = Next(c))
        {
            if (!StatisticsAreConstant && sets.Elements(i) <= 1)
            {
                sets.Write(i, 0, 0, 0); // y = β, exactly
                continue;
            }

            double scale = affine.Weight(c) * sets.InvStd(i);
            double factor = StatisticsAreConstant ? 0 : scale / sets.Elements(i);
            sets.Write(i, scale, factor * sets.GradientSum(i), factor * sets.NormalizedGradientSum(i));
        }
    }

    /// <summary>The channel after a channel, in the order of the sets.</summary>
    private protected int Next(int channel) => channel + 1 < Channels ? channel + 1 : 0;

    /// <summary>Adds Σdy·x̂ and Σdy over all samples to the gradients of γ and β.</summary>
    private protected override void AddParameterGradients(ChannelView view)
    {
        AffineParameters affine = Affine;
        var sets = new BackwardCoefficients(Sets, Sets.Sums, 0, view.Sets);
        for (int c = 0; c < Channels; c++)
        {
            double weightGradient = 0, biasGradient = 0;
            for (int set = c; set < view.Sets; set += Channels)
            {
                weightGradient += sets.NormalizedGradientSum(set);
                biasGradient += sets.GradientSum(set);
            }

            affine.AddGradients(c, weightGradient, biasGradient);
        }
    }

    /// <inheritdoc/>
    private protected sealed override void ReduceAndMap(
        ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments, Epilogue epilogue, Span<float> y) =>
        NormalizationForward.Run(x, view, moments, new ForwardBuilder(this), Sets.Affine, epilogue, y);

    /// <inheritdoc/>
    private protected sealed override void ReduceAndMapGradient(
        OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx) =>
        NormalizationBackward.Run(dy, x, view, new(Sets.Means, Sets.Sums), new BackwardBuilder(this), Sets.AffineGradient, dx);

    /// <inheritdoc/>
    private protected sealed override ChannelView View(Tensor<float> input)
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

    /// <inheritdoc/>
    private protected sealed override ChannelView MaskView(Tensor<float> input, Tensor<bool> mask)
    {
        int axis = _axis < 0 ? _axis + input.Rank : _axis;
        ReadOnlySpan<nint> lengths = input.Lengths;
        if (!mask.IsDense || !mask.Lengths[..Math.Min(axis, mask.Rank)].SequenceEqual(lengths[..axis])
            || !mask.Lengths[axis..].SequenceEqual(lengths[(axis + 1)..]))
        {
            throw new ArgumentException(
                $"The mask is {Shape.Describe(mask)}; it must be dense and have the shape of the input {Shape.Describe(input)} "
                + "without its channels.",
                nameof(mask));
        }

        return ChannelView.Of(lengths, axis);
    }
}
