using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Cross-Iteration batch normalization: the statistics of the last k iterations count, each carried to today's weights, so
/// that small batches normalize as large ones do.
/// </summary>
/// <remarks>
/// <para>
/// The mean μ and the mean square ν of an iteration τ steps ago are carried by a first-order Taylor step in the weights θ of
/// the layer before: μ + ∂μ/∂θ·(θ_now − θ_then), and ν likewise. Then, over the window, μ̄ = mean μ; ν̄ = mean max(ν, μ²);
/// σ̄² = ν̄ − μ̄²; x̂ = (x − μ̄)/√(σ̄² + ε); y = γ·x̂ + β. Inference is that of <see cref="BatchNorm"/>, whose running statistics
/// take in each batch.
/// </para>
/// <para>
/// Backward: past iterations are constants, so the batch's own part counts 1/k: dβ = Σdy; dγ = Σdy·x̂; with s = √(σ̄² + ε),
/// dx = γ/s·[dy − mean(dy)/k − x̂·mean(dy·x̂)/k]. Where ε stands outside the root, s = σ̄ + ε and the last term has a factor s/σ̄.
/// </para>
/// <para>
/// Shapes: as the layer before gives them, [N, C], [N, C, H, W], or with a channel axis of −1, [N, H, W, C]; output as input.
/// </para>
/// <para>Source: Yao et al., "Cross-Iteration Batch Normalization", 2021, arXiv 2002.05712.</para>
/// </remarks>
public sealed class CrossIterationBatchNorm : RunningNormalization
{
    private readonly CrossIterationOptions _options;
    private readonly IChannelwiseLinear _preceding;
    private readonly StatisticsWindow _window;
    private readonly double[] _terms;
    private readonly double[] _rootFactor;

    /// <summary>Makes a Cross-Iteration batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="preceding">The layer before: in training, the input must be the very tensor that it returned last, unless the window is 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is below 1, the burn-in negative, ε below 10⁻⁷⁶ (10⁻³⁸ outside the root) or not finite, or the channel axis 0.</exception>
    /// <exception cref="ArgumentNullException">There is no preceding layer, or the options have none of batch normalization.</exception>
    /// <exception cref="ArgumentException">The options have an exchange.</exception>
    public CrossIterationBatchNorm(IChannelwiseLinear preceding, CrossIterationOptions? options = null)
        : base(ChannelsOf(preceding), BatchOf(options ??= new()).Epsilon, options.BatchNorm.Affine, options.BatchNorm.ChannelAxis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.BurnIn, nameof(options));
        BatchNormOptions batch = options.BatchNorm;
        if (batch.Exchange is not null)
        {
            throw new ArgumentException("Cross-Iteration batch normalization takes no exchange.", nameof(options));
        }

        if (options.EpsilonOutside)
        {
            Epsilon.Check(batch.Epsilon, outside: true);
        }

        _options = options;
        _preceding = preceding;
        _window = new StatisticsWindow(preceding, options.Window - 1, Defined.Check(options.Rule, nameof(options)));
        _terms = new double[Channels];
        _rootFactor = new double[Channels];
        RunningStatistics = RunningStatistics.Of(Channels, batch);
    }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    /// <summary>How many training passes batch or window normalized (frozen ones do not count), by which the burn-in goes; may be set to go on with training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Steps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Forgets past iterations, as is right after the weights of the layer before were replaced: a Taylor step does not reach so far.</summary>
    public void ClearWindow() => _window.Clear();

    private protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.Of(lengths, axis);

    private protected override void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        bool updates = Updates(pass);
        StatisticsAreConstant = !UsesBatch(pass);
        bool trains = pass == Pass.Training && !StatisticsAreConstant;
        bool windowed = trains && Steps >= _options.BurnIn;
        if (trains && _options.Window > 1 && !_preceding.IsLastOutput(Input))
        {
            throw InputRefused(
                "is not the last output of the layer before, by whose weights past iterations are carried: nothing may stand between them.");
        }

        int axis = _options.BatchNorm.ChannelAxis;
        if (trains && _options.Window > 1 && AxisOf(axis) != AxisOf(_preceding.ChannelAxis))
        {
            throw InputRefused($"has its channels on axis {_preceding.ChannelAxis}, where the layer before puts them; this layer's are on axis {axis}.");
        }

        ReadOnlySpan<Moments> batch = !StatisticsAreConstant || updates ? BatchMoments(x, view) : [];
        int carried = windowed ? _window.Carry() : 0;
        for (int c = 0; c < Channels; c++)
        {
            SetWindow(c, StatisticsAreConstant
                ? new Moments(1, RunningStatistics!.Mean[c], RunningStatistics.Variance[c])
                : _window.Merge(c, batch[c], carried));
        }

        if (updates)
        {
            RunningStatistics!.Update(batch);
        }

        if (windowed)
        {
            _window.Record(x, view, batch);
        }
        else if (pass == Pass.Training)
        {
            _window.Clear(); // what is in it would not be the last iterations any more
        }

        if (trains)
        {
            Steps++;
        }
    }

    private protected override void Differentiate(ChannelView view)
    {
        AddParameterGradients(view);
        AffineParameters affine = Affine;
        BackwardSets sets = Normalizer.Backward(0, Channels);
        for (int c = 0; c < Channels; c++)
        {
            double scale = affine.Gamma(c) * sets.Inverse(c);
            double share = scale / (view.PerSet * _terms[c]);
            sets.Set(c, scale, share * sets.GradientSum(c), share * _rootFactor[c] * sets.NormalizedGradientSum(c));
        }
    }

    private void SetWindow(int channel, in Moments window)
    {
        double variance = window.PopulationVariance, deviation = Math.Sqrt(variance);
        double inverse = InverseOfSpread(variance);
        _terms[channel] = window.Count;
        _rootFactor[channel] = _options.EpsilonOutside && deviation > 0 ? 1 / (inverse * deviation) : 1;
        Normalizer.Forward(channel, 1).Set(0, window.Mean, inverse, Affine.Gamma(channel), Affine.Beta(channel));
    }

    private int AxisOf(int axis) => axis < 0 ? axis + Input.Rank : axis;

    private protected override double InverseOfSpread(double spread) =>
        _options.EpsilonOutside ? 1 / (Math.Sqrt(spread) + _options.BatchNorm.Epsilon) : InverseDeviation(spread);

    private static BatchNormOptions BatchOf(CrossIterationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.BatchNorm, nameof(options));
        return options.BatchNorm;
    }

    private static int ChannelsOf(IChannelwiseLinear preceding)
    {
        ArgumentNullException.ThrowIfNull(preceding);
        return preceding.Outputs;
    }
}
