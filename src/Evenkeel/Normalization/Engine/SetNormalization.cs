using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>The base of all normalizers: memory, masks, and the order of the steps of a pass.</summary>
/// <remarks>
/// <para>
/// A set holds the elements that share statistics. Forward: the moments of each set, its coefficients
/// (<see cref="WriteCoefficients"/>), and the map y = scale·x̂ + shift with x̂ = (x − mean)·invStd. Backward: Σdy and Σdy·x̂ of
/// each set, its coefficients (<see cref="WriteGradientCoefficients"/>), and the map dx = a·dy − b − c·x̂. Reduction and map are
/// fused where that is faster, with the same bits.
/// </para>
/// <para>
/// To write a normalizer, derive from <see cref="ChannelNormalization"/>, or from <see cref="RunningNormalization"/> if it keeps
/// running statistics.
/// </para>
/// </remarks>
public abstract class SetNormalization : Layer
{
    private readonly double _epsilon;
    private readonly MaskedElements _kept = new();
    private ChannelView _view;
    private Tensor<float>? _input;
    private bool _rectified;

    private protected SetNormalization(double epsilon) => _epsilon = EpsilonRange.Check(epsilon);

    /// <summary>ε.</summary>
    public double Epsilon => _epsilon;

    /// <summary>The statistics, sums and coefficients of the sets of this pass.</summary>
    private protected SetBuffers Sets { get; set; } = new();

    /// <summary>Whether the elements of this pass have a mask.</summary>
    private protected bool IsMasked { get; private set; }

    /// <summary>The input of this pass.</summary>
    private protected Tensor<float> Input => _input!;

    /// <summary>The number of samples in the input of this pass.</summary>
    private protected int Samples => (int)_input!.Lengths[0];

    /// <summary>Whether constants normalized the last forward pass, so that x has no part in the gradient.</summary>
    protected bool StatisticsAreConstant { get; private protected set; }

    /// <summary>Whether the gradient of a set depends on the sums of other sets, so that all are reduced before any is mapped.</summary>
    private protected virtual bool NeedsAllSums => false;

    private bool FusesBackward => !StatisticsAreConstant && !NeedsAllSums;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input does not have a shape that this layer normalizes, or has too few values for the statistics that are wanted.
    /// </exception>
    protected sealed override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
        Forward(input, pass, residual: null, relu: false);

    /// <inheritdoc/>
    protected sealed override Tensor<float> BackwardCore(Tensor<float> outputGradient) => Backward(outputGradient, gated: null);

    /// <summary>Normalizes an input and applies the operations that a network fuses: see <see cref="IEpilogueHost"/>.</summary>
    private protected Tensor<float> Forward(Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu)
    {
        ChannelView view = View(input);
        IsMasked = false;
        return ForwardElements(input, input.Elements(), view, pass, residual, relu);
    }

    /// <summary>
    /// Normalizes the elements that a mask keeps: the others have no part in statistics or gradients, and their outputs are 0.
    /// </summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="mask">True for the elements that are kept.</param>
    /// <param name="pass">Training or inference.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer, or the mask does not fit the input.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    protected Tensor<float> ForwardMasked(Tensor<float> input, Tensor<bool> mask, Pass pass)
    {
        using ThreadGuard.Scope call = Enter();
        BeginForward(input, pass);
        ChannelView view = View(input);
        ArgumentNullException.ThrowIfNull(mask);
        _kept.Set(input, mask, MaskView(input, mask));
        IsMasked = true;
        Tensor<float> output = ForwardElements(input, _kept.Input, view, pass, residual: null, relu: false);
        _kept.Clear(output.Elements());
        LastOutput = output;
        return output;
    }

    /// <summary>Differentiates the last forward pass; <paramref name="gated"/> receives the gradient in front of the fused ReLU.</summary>
    private protected Tensor<float> Backward(Tensor<float> outputGradient, Tensor<float>? gated)
    {
        Tensor<float> inputGradient = InputGradients.Get(outputGradient.Lengths);
        Span<float> dx = inputGradient.Elements();
        ReadOnlySpan<float> dy = outputGradient.Elements();
        ReadOnlySpan<float> x = _input!.Elements();
        if (IsMasked)
        {
            _kept.Copy(dy, dx);
            dy = dx;
            x = _kept.Input;
        }

        // The gradient in front of the ReLU is stored where it is wanted; otherwise it is recomputed or overwritten by dx.
        OutputGradient gradient = !_rectified ? new(dy)
            : gated is not null ? new(dy, LastOutput!.Elements(), gated.Elements())
            : FusesBackward ? new(dy, LastOutput!.Elements())
            : new(dy, LastOutput!.Elements(), dx);
        Differentiate(gradient, x, _view, dx);
        if (IsMasked)
        {
            _kept.Clear(dx);
        }

        return inputGradient;
    }

    /// <summary>Checks an input and returns the view in which its sets lie.</summary>
    private protected abstract ChannelView View(Tensor<float> input);

    /// <summary>Checks a mask and returns the view that repeats its elements over the input; see <see cref="Mask.Expand"/>.</summary>
    private protected abstract ChannelView MaskView(Tensor<float> input, Tensor<bool> mask);

    /// <summary>Chooses the statistics that normalize each set in a pass.</summary>
    private protected virtual SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass) =>
        IsMasked ? new SetStatistics(ComputeMoments(x, view)) : SetStatistics.Own;

    /// <summary>Writes the coefficients of the forward pass for a range of sets. Called from any thread, for disjoint ranges.</summary>
    /// <param name="sets">Gives the statistics of the sets and receives the coefficients.</param>
    protected abstract void WriteCoefficients(ForwardCoefficients sets);

    /// <summary>Writes the coefficients of the backward pass for a range of sets. Called from any thread, for disjoint ranges.</summary>
    /// <param name="sets">Gives the gradient sums of the sets and receives the coefficients.</param>
    protected abstract void WriteGradientCoefficients(BackwardCoefficients sets);

    /// <summary>Completes a forward pass: running statistics, counters.</summary>
    private protected virtual void Complete(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
    }

    /// <summary>
    /// Returns the sums that the gradients depend on, given those of this input: with an exchange, the sums over all replicas.
    /// </summary>
    private protected virtual ReadOnlySpan<GradientSums> BatchSums(ChannelView view) => Sets.Sums;

    /// <summary>Adds to the gradients of the parameters, given the sums of each set.</summary>
    private protected abstract void AddParameterGradients(ChannelView view);

    /// <summary>
    /// Maps x to y; <paramref name="moments"/> receives the moments of each set on the way, and is empty if the coefficients are
    /// already written.
    /// </summary>
    private protected abstract void ReduceAndMap(
        ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments, Epilogue epilogue, Span<float> y);

    /// <summary>Sums the gradients of each set and maps (dy, x) to dx.</summary>
    private protected abstract void ReduceAndMapGradient(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx);

    /// <summary>Normalizes elements.</summary>
    private protected virtual void Normalize(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y)
    {
        Sets.Resize(view.Sets);
        SetStatistics statistics = SelectStatistics(x, view, pass);
        if (statistics.AreOwn)
        {
            ReduceAndMap(x, view, Sets.RentMoments(view.Sets), epilogue, y);
        }
        else
        {
            int count = statistics.AreConstants ? view.Channels : view.Sets;
            for (int first = 0; first < view.Sets; first += count)
            {
                WriteCoefficients(new ForwardCoefficients(Sets, statistics, first, count));
            }

            ReduceAndMap(x, view, moments: [], epilogue, y);
        }

        Complete(x, view, pass);
    }

    /// <summary>Differentiates <see cref="Normalize"/>.</summary>
    private protected virtual void Differentiate(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx)
    {
        if (FusesBackward)
        {
            ReduceAndMapGradient(dy, x, view, dx);
            AddParameterGradients(view);
            return;
        }

        ChannelGradientSums.Compute(dy, x, view, Sets.Means, Sets.Sums);
        ReadOnlySpan<GradientSums> sums = StatisticsAreConstant ? Sets.Sums : BatchSums(view);
        AddParameterGradients(view);
        WriteGradientCoefficients(new BackwardCoefficients(Sets, sums, 0, view.Sets));
        if (StatisticsAreConstant)
        {
            // x has no part in the gradient, not even if it is NaN.
            NormalizationForward.Map(dy.Mapped, view, Sets.GradientFactor, default, dx);
        }
        else
        {
            NormalizationBackward.Map(dy.Mapped, x, view, Sets.AffineGradient, dx);
        }
    }

    /// <summary>Sums the gradients of each set of the last forward pass, without computing dx.</summary>
    private protected void SumGradients(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient);
        ChannelGradientSums.Compute(new OutputGradient(outputGradient.Elements()), _input!.Elements(), _view, Sets.Means, Sets.Sums);
    }

    /// <summary>Computes the moments of each set of this input, over the kept elements if there is a mask.</summary>
    private protected Span<Moments> ComputeMoments(ReadOnlySpan<float> x, ChannelView view)
    {
        Span<Moments> moments = Sets.RentMoments(view.Sets);
        if (IsMasked)
        {
            _kept.ComputeMoments(view, moments);
        }
        else
        {
            ChannelMoments.Compute(x, view, moments);
        }

        return moments;
    }

    /// <summary>1/√(variance + ε).</summary>
    /// <param name="variance">A variance.</param>
    protected virtual double InvStd(double variance) => 1 / Math.Sqrt(variance + _epsilon);

    /// <summary>Makes the exception for an input of this pass that cannot be normalized.</summary>
    private protected ArgumentException InputRefused(string problem, string name = "input") =>
        new($"The {name} {Shape.Describe(_input!)} {problem}", name);

    /// <summary>Normalizes x, which holds the elements of the input or, with a mask, those that are kept.</summary>
    private Tensor<float> ForwardElements(
        Tensor<float> input, ReadOnlySpan<float> x, ChannelView view, Pass pass, Tensor<float>? residual, bool relu)
    {
        _input = input;
        _view = view;
        _rectified = relu;
        if (residual is not null)
        {
            Shape.CheckSum(input.Lengths, residual.Lengths, nameof(input));
        }

        Tensor<float> output = OutputMemory.Get(input.Lengths);
        var epilogue = new Epilogue { Residual = residual is null ? [] : residual.Elements(), Relu = relu };
        Normalize(x, view, pass, epilogue, output.Elements());
        return output;
    }

    /// <summary>Builds the coefficients of the sets whose moments are taken.</summary>
    private protected readonly struct ForwardBuilder(SetNormalization owner) : ICoefficientBuilder
    {
        /// <inheritdoc/>
        public void Build(int first, int count) =>
            owner.WriteCoefficients(
                new ForwardCoefficients(owner.Sets, new SetStatistics(owner.Sets.Moments(first, count)), first, count));
    }

    /// <summary>Builds the coefficients of the sets whose gradient sums are taken.</summary>
    private protected readonly struct BackwardBuilder(SetNormalization owner) : ICoefficientBuilder
    {
        /// <inheritdoc/>
        public void Build(int first, int count) =>
            owner.WriteGradientCoefficients(new BackwardCoefficients(owner.Sets, owner.Sets.Sums, first, count));
    }
}
