using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

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
    private readonly Moments[] _merged;

    /// <summary>Makes a Cross-Iteration batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="preceding">
    /// The layer before: in training, the input must be the very tensor that it returned last, unless the window is 1.
    /// </param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The window is below 1, the burn-in negative, ε below 10⁻⁷⁶ (10⁻³⁸ outside the root) or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentNullException">There is no preceding layer, or the options have none of batch normalization.</exception>
    /// <exception cref="ArgumentException">The options have an exchange.</exception>
    public CrossIterationBatchNorm(IChannelwiseLinear preceding, CrossIterationOptions? options = null)
        : base(
            ChannelsOf(preceding),
            BatchOf(options ??= new()).Epsilon,
            options.BatchNorm.Affine,
            options.BatchNorm is { Affine: true, Bias: true },
            options.BatchNorm.ChannelAxis)
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
            EpsilonRange.Check(batch.Epsilon, outside: true);
        }

        _options = options;
        _preceding = preceding;
        _window = new StatisticsWindow(preceding, options.Window - 1, Defined.Check(options.Rule, nameof(options)));
        _merged = new Moments[Channels];
        RunningStatistics = batch.CreateRunningStatistics(Channels);
    }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    /// <summary>
    /// How many training passes batch or window normalized (frozen ones do not count), by which the burn-in goes; may be set to go
    /// on with training.
    /// </summary>
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

    /// <inheritdoc/>
    public override IReadOnlyList<StateTensor> State =>
        [.. base.State, StateTensor.OfCounter("steps", () => Steps, value => Steps = value), .. _window.State];

    /// <summary>The settings.</summary>
    internal CrossIterationOptions Options => _options;

    /// <summary>The layer before.</summary>
    internal IChannelwiseLinear Preceding => _preceding;

    /// <summary>
    /// Forgets past iterations, as is right after the weights of the layer before were replaced: a Taylor step does not reach so
    /// far.
    /// </summary>
    public void ClearWindow() => _window.Clear();

    private protected override SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        StatisticsAreConstant = !UsesBatch(pass);
        CheckPreceding(pass);
        ReadOnlySpan<Moments> batch = !StatisticsAreConstant || Updates(pass) ? BatchMoments(x, view) : [];
        if (StatisticsAreConstant)
        {
            return RunningConstants();
        }

        int carried = TakesWindow(pass) ? _window.Carry() : 0;
        for (int c = 0; c < Channels; c++)
        {
            _merged[c] = _window.Merge(c, batch[c], carried);
        }

        return new SetStatistics(_merged);
    }

    private protected override void Complete(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        base.Complete(x, view, pass);
        if (TakesWindow(pass))
        {
            _window.Record(x, view, Sets.Moments(0, view.Sets), Exchange as IBatchExchange);
        }
        else if (pass == Pass.Training)
        {
            _window.Clear(); // it would not hold the last iterations
        }

        if (Trains(pass))
        {
            Steps++;
        }
    }

    /// <inheritdoc/>
    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        AffineParameters affine = Affine;
        for (int i = 0; i < sets.Count; i++)
        {
            int c = sets.First + i;
            double scale = affine.Weight(c) * sets.InvStd(i);
            double factor = StatisticsAreConstant ? 0 : scale / (sets.Elements(i) * _merged[c].Count);
            double deviation = Math.Sqrt(_merged[c].PopulationVariance);
            double rootFactor = _options.EpsilonOutside && deviation > 0 ? 1 / (sets.InvStd(i) * deviation) : 1;
            sets.Write(i, scale, factor * sets.GradientSum(i), factor * rootFactor * sets.NormalizedGradientSum(i));
        }
    }

    private bool Trains(Pass pass) => pass == Pass.Training && !StatisticsAreConstant;

    private bool TakesWindow(Pass pass) => Trains(pass) && Steps >= _options.BurnIn;

    private void CheckPreceding(Pass pass)
    {
        if (!Trains(pass) || _options.Window == 1)
        {
            return;
        }

        if (!_preceding.IsLastOutput(Input))
        {
            throw InputRefused(
                "is not the last output of the preceding layer, for whose weights past iterations are corrected: "
                + "no layer may be between them.");
        }

        int axis = _options.BatchNorm.ChannelAxis;
        if (AxisOf(axis) != AxisOf(_preceding.ChannelAxis))
        {
            throw InputRefused(
                $"has its channels on axis {_preceding.ChannelAxis}, where the layer before puts them; this layer's are on axis {axis}.");
        }
    }

    private int AxisOf(int axis) => axis < 0 ? axis + Input.Rank : axis;

    /// <inheritdoc/>
    protected override double InvStd(double variance) =>
        _options.EpsilonOutside ? 1 / (Math.Sqrt(variance) + _options.BatchNorm.Epsilon) : base.InvStd(variance);

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
