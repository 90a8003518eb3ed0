using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// What the normalizers with one scale γ and shift β per channel share: shapes, parameters and their gradients. Each of them
/// adds its policy: which elements share statistics, and where these come from.
/// </summary>
public abstract class ChannelNormalization : SetNormalization, IEpilogueHost
{
    private readonly int _axis;
    private readonly Parameter[] _parameters;

    private protected ChannelNormalization(int channels, double epsilon, bool affine, int axis)
        : base(epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _axis = Shape.CheckChannelAxis(axis, "options");
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

    /// <summary>The axis of the channels; negative counts from the end.</summary>
    internal int ChannelAxis => _axis;

    /// <summary>γ, shape [C]; null without affine parameters.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, shape [C]; null without affine parameters.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters => _parameters;

    bool IEpilogueHost.TakesEpilogue => true;

    Tensor<float> IEpilogueHost.Forward(Tensor<float> input, Pass pass, Tensor<float>? addend, bool rectifies) =>
        Forward(input, pass, addend, rectifies);

    Tensor<float> IEpilogueHost.Backward(Tensor<float> outputGradient, Tensor<float>? gated) => Backward(outputGradient, gated);

    /// <summary>Whether the last forward pass normalized by constants, so that x has no part in the gradient.</summary>
    private protected bool StatisticsAreConstant { get; set; }

    /// <summary>The view in which the sets of this normalizer lie.</summary>
    private protected abstract ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis);

    /// <summary>The policy, forward: says for each set how it is normalized (<see cref="SetNormalizer.Forward"/>).</summary>
    private protected abstract void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass);

    /// <summary>
    /// The policy, backward: adds to the parameters' gradients and says for each set how its gradient is
    /// (<see cref="SetNormalizer.Backward"/>), given its Σdy and Σdy·x̂.
    /// </summary>
    private protected abstract void Differentiate(ChannelView view);

    /// <summary>Whether, in this pass, each set is normalized by its own moments and nothing else: then it is in the cache when it is.</summary>
    private protected virtual bool NormalizesByOwnMoments(ChannelView view, Pass pass) => false;

    /// <summary>The policy where each set was normalized by its own moments: what is left to do with them.</summary>
    private protected virtual void Conclude(ReadOnlySpan<Moments> moments, ChannelView view, Pass pass) => throw new NotSupportedException();

    /// <inheritdoc/>
    private protected override void Forward(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y)
    {
        Normalizer.Resize(view.Sets);
        if (NormalizesByOwnMoments(view, pass))
        {
            Span<Moments> moments = MomentsRoom(view);
            Normalizer.Normalize(x, view, moments, new ForwardPolicy(this), epilogue, y);
            Conclude(moments, view, pass);
        }
        else
        {
            Prepare(x, view, pass);
            Normalizer.Normalize(x, view, epilogue, y);
        }
    }

    /// <inheritdoc/>
    private protected override void Backward(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx)
    {
        if (DifferentiatesByOwnSums)
        {
            Normalizer.NormalizeGradient(dy, x, view, new BackwardPolicy(this), dx);
            AddParameterGradients(view);
            return;
        }

        Normalizer.SumGradients(dy, x, view);
        Differentiate(view);
        if (StatisticsAreConstant)
        {
            Normalizer.ScaleGradient(dy.Mapped, view, dx);
        }
        else
        {
            Normalizer.NormalizeGradient(dy.Mapped, x, view, dx);
        }
    }

    /// <summary>γ and β of the channels.</summary>
    private protected AffineParameters Affine => new(Weight, Bias);

    /// <summary>The channel of the set behind one of this channel.</summary>
    private protected int Next(int channel) => channel + 1 < Channels ? channel + 1 : 0;

    /// <summary>Adds Σdy·x̂ and Σdy over all samples to the gradients of γ and β.</summary>
    private protected void AddParameterGradients(ChannelView view)
    {
        AffineParameters affine = Affine;
        BackwardSets sets = Normalizer.Backward(0, view.Sets);
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

    /// <summary>
    /// dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)] of neighbouring sets, with the means over so many elements for each;
    /// without the means where statistics are constants.
    /// </summary>
    private protected void SetBatchGradients(int first, int sets, double count)
    {
        AffineParameters affine = Affine;
        BackwardSets gradients = Normalizer.Backward(first, sets);
        int c = first % Channels;
        for (int i = 0; i < sets; i++, c = Next(c))
        {
            double scale = affine.Gamma(c) * gradients.Inverse(i);
            double share = StatisticsAreConstant ? 0 : scale / count;
            gradients.Set(i, scale, share * gradients.GradientSum(i), share * gradients.NormalizedGradientSum(i));
        }
    }

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
    private protected sealed override ChannelView Places(Tensor<float> input, Tensor<bool> mask)
    {
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
